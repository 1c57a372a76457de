/**
 * Controllers as Kubernetes has them: who wants something writes what is desired, and nobody tells anybody to do it.
 * Each server that takes itself for the store's leader compares desired with actual whenever something changes, and
 * changes the difference; each other node runs what is placed on it, and sends its calls where endpoints say.
 *
 * Nodes have leases that they renew. Who watches counts by its own clock since it last saw a renewal, so that no two
 * clocks are ever compared.
 */
import type { Description, Json, NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import type { ControllersConfig } from './config.ts';
import { Informer } from './informer.ts';
import { Kubelet } from './kubelet.ts';
import { endpointsIn, named, objectPrefix } from './objects.ts';
import { reconcile } from './reconcile.ts';
import type { ControllerRules } from './rules.ts';
import { Writer } from './writer.ts';

/** At least so often all is looked at, whatever happens, µs. */
const lookUs = 1_000_000;

export interface ControllersOptions {
  /** Null: off. */
  readonly config: ControllersConfig | null;
  readonly rules: ControllerRules;
  readonly self: NodeId;
  /** A server has controllers, an instance of a service runs pods; a client does neither. */
  readonly role: 'controller' | 'node' | 'none';
}

/** A lease as it was last seen renewed. */
interface Seen {
  readonly version: number;
  readonly atUs: number;
}

export class Controllers implements Part {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly o: ControllersOptions;
  private readonly writer: Writer;
  /** Null where it is off. */
  private readonly informer: Informer | null;
  private readonly kubelet: Kubelet | null;
  private readonly seen = new Map<string, Seen>();
  /** By deployment: the version of its endpoints that calls go by. */
  private readonly routed = new Map<string, number>();
  private lookAtUs = 0;
  private renewAtUs = 0;

  constructor(
    io: HandlerContext,
    store: StoreClient,
    subscriptions: Subscriptions,
    options: ControllersOptions,
  ) {
    this.io = io;
    this.store = store;
    this.o = options;
    this.writer = new Writer(io, store);
    const { config, rules, role, self } = options;
    const isOn = config !== null && role !== 'none';
    this.informer = isOn
      ? new Informer(io, store, subscriptions, {
          everyUs: lookUs,
          rules,
          changed: () => {
            this.lookAtUs = 0;
            io.wakeBy(io.nowUs);
          },
        })
      : null;
    this.kubelet =
      isOn && role === 'node' && this.informer !== null
        ? new Kubelet(io, store, this.writer, {
            self,
            config,
            rules,
            objects: this.informer.objects,
          })
        : null;
  }

  beat(): number {
    const { informer, kubelet } = this;
    const { config } = this.o;
    if (informer === null || config === null) return never;
    const { nowUs } = this.io;
    const dueUs = informer.beat();
    if (kubelet !== null && nowUs >= this.renewAtUs) {
      this.renewAtUs = nowUs + config.renewUs;
      kubelet.renew();
    }
    if (nowUs >= this.lookAtUs) {
      this.lookAtUs = nowUs + lookUs;
      if (informer.isSynced) this.look(informer, config);
    }
    const renewUs = kubelet === null ? never : this.renewAtUs;
    return Math.min(dueUs, renewUs, this.lookAtUs);
  }

  /** For people: all objects that this node knows, desired and actual, by name, and the revision up to which. */
  known(): Json {
    const { informer, kubelet } = this;
    if (informer === null) return null;
    const objects = [...informer.objects.values()].map(({ key, value, version }) => {
      return [key.slice(objectPrefix.length), { value, version }] as const;
    });
    const pods = kubelet === null ? {} : { pods: [...kubelet.pods] };
    return { revision: informer.revision, objects: Object.fromEntries(objects), ...pods };
  }

  describe(): Description {
    return this.kubelet === null ? {} : { pods: this.kubelet.pods.join(' ') };
  }

  private look(informer: Informer, config: ControllersConfig): void {
    const { nowUs } = this.io;
    if (this.kubelet !== null) {
      this.lookAtUs = Math.min(this.lookAtUs, this.kubelet.act());
      this.route(informer);
      return;
    }
    const live: NodeId[] = [];
    for (const [name, { version }] of named(informer.objects, 'nodes')) {
      const last = this.seen.get(name);
      if (last?.version !== version) this.seen.set(name, { version, atUs: nowUs });
      const silentUs = nowUs - (this.seen.get(name)?.atUs ?? nowUs);
      if (this.o.rules.isAlive(silentUs, config.leaseUs)) live.push(Number(name));
    }
    // Another server may think the same of itself for a while: versions keep them apart.
    if (this.store.server !== this.o.self) return;
    const inOrder = live.sort((a, b) => a - b);
    for (const change of reconcile(informer.objects, inOrder, this.o.rules)) {
      this.writer.change(change);
    }
  }

  private route(informer: Informer): void {
    const now = new Map(named(informer.objects, 'endpoints'));
    for (const name of this.routed.keys()) {
      if (now.has(name)) continue;
      this.routed.delete(name);
      this.io.observe({ kind: 'endpoints', deployment: name, endpoints: [], revision: 0 });
    }
    for (const [deployment, { value, version: revision }] of now) {
      if (this.routed.get(deployment) === revision) continue;
      this.routed.set(deployment, revision);
      const endpoints = endpointsIn(value);
      this.io.observe({ kind: 'endpoints', deployment, endpoints, revision });
    }
  }
}
