/**
 * What a node does for the pods that are placed on it: it starts them, says that they are ready, gives them their
 * ConfigMap, stops those that are placed elsewhere, and renews its own lease. Cut off from the store it goes on.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { ControllersConfig } from './config.ts';
import { deploymentOf, keyOf, named, podIn } from './objects.ts';
import type { Objects, Pod } from './objects.ts';
import type { ControllerRules } from './rules.ts';
import type { Writer } from './writer.ts';

interface Running {
  readonly readyUs: number;
  /** The version of its ConfigMap; 0: there is none; null: it does not run yet. */
  config: number | null;
}

export interface KubeletOptions {
  readonly self: NodeId;
  readonly config: ControllersConfig;
  readonly rules: ControllerRules;
  readonly objects: Objects;
}

export class Kubelet {
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly writer: Writer;
  private readonly o: KubeletOptions;
  private readonly running = new Map<string, Running>();
  private renewal = 0;

  constructor(io: HandlerContext, store: StoreClient, writer: Writer, options: KubeletOptions) {
    this.io = io;
    this.store = store;
    this.writer = writer;
    this.o = options;
  }

  /** Names of pods that run here. */
  get pods(): readonly string[] {
    return [...this.running].flatMap(([name, r]) => (r.config === null ? [] : [name]));
  }

  renew(): void {
    const { self, config } = this.o;
    if (!this.store.hasRoom) return;
    this.renewal += 1;
    const op = { f: 'write', key: keyOf('nodes', String(self)), value: this.renewal } as const;
    this.store.request(op, this.io.nowUs + config.renewUs, () => undefined);
  }

  /** Brings what runs here into line with the objects; gives when the next pod is ready. */
  act(): number {
    const own = named(this.o.objects, 'pods')
      .map(([name, o]) => podIn(name, o))
      .filter(({ node }) => node === this.o.self);
    const wanted = new Set(own.map(({ name }) => name));
    for (const [name, { config }] of this.running) {
      if (wanted.has(name)) continue;
      this.running.delete(name);
      if (config !== null) this.tell(name, false, config);
    }
    return own.reduce((us, pod) => Math.min(us, this.run(pod)), Infinity);
  }

  private run(pod: Pod): number {
    const { config, rules, objects } = this.o;
    const { nowUs } = this.io;
    const known = this.running.get(pod.name) ?? { readyUs: nowUs + config.startUs, config: null };
    this.running.set(pod.name, known);
    if (nowUs < known.readyUs) {
      // Of a life before: nobody is to be sent to it meanwhile.
      if (pod.isReady) this.say(pod, false);
      return known.readyUs;
    }
    const next = objects.get(keyOf('configmaps', deploymentOf(pod.name)))?.version ?? 0;
    const mounted = known.config === null ? next : rules.mounts(known.config, next);
    if (mounted !== known.config) {
      known.config = mounted;
      this.tell(pod.name, true, mounted);
    }
    if (!pod.isReady) this.say(pod, true);
    return Infinity;
  }

  private say({ name, node, version }: Pod, isReady: boolean): void {
    this.writer.change({ key: keyOf('pods', name), version, value: { node, isReady } });
  }

  private tell(pod: string, isRunning: boolean, config: number): void {
    this.io.observe({ kind: 'pod', pod, isRunning, config });
  }
}
