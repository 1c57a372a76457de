/** The control plane in a server: makes a plan of the catalog and the configuration, and serves it to proxies. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import { lanes } from '../lanes.ts';
import type { CatalogEntry } from '../store/asked.ts';
import { Channel } from './channel.ts';
import type { XdsConfig } from './config.ts';
import type { XdsDraining, XdsFrame, XdsRequest } from './messages.ts';
import type { XdsRules } from './rules.ts';
import { ServerStream } from './server-stream.ts';
import { keyOf, Snapshot } from './snapshot.ts';

/** What it reads of its node; `revision` grows with every change, -1 before there is anything. */
export interface Sources {
  readonly revision: () => number;
  readonly entries: () => readonly CatalogEntry[];
  readonly config: () => Readonly<Record<string, Json>>;
}

export interface ControlPlaneOptions {
  readonly services: readonly string[];
  readonly sources: Sources;
  readonly zoneOf: (node: NodeId) => string;
  readonly config: XdsConfig;
  readonly rules: XdsRules;
}

interface Served {
  readonly channel: Channel;
  readonly stream: ServerStream;
}

export class ControlPlane {
  private readonly io: HandlerContext;
  private readonly o: ControlPlaneOptions;
  private readonly served = new Map<NodeId, Served>();
  private readonly draining = new Map<
    NodeId,
    { readonly service: string; readonly untilUs: number }
  >();
  private plan: Snapshot | null = null;
  private plannedRevision = -1;
  private plannedText = '';
  private isDirty = false;
  private nextUs = never;

  constructor(io: HandlerContext, options: ControlPlaneOptions) {
    this.io = io;
    this.o = options;
  }

  start(): void {
    this.nextUs = this.io.nowUs;
  }

  beat(): number {
    const { io, o } = this;
    if (io.nowUs < this.nextUs) return this.nextUs;
    this.nextUs = io.nowUs + o.config.planUs;
    for (const [node, { untilUs }] of this.draining) {
      if (io.nowUs < untilUs) continue;
      this.draining.delete(node);
      this.isDirty = true;
    }
    this.review();
    for (const [node, { channel }] of this.served) {
      if (io.nowUs - channel.heardUs >= 2 * o.config.deadUs) this.served.delete(node);
      else channel.beat(io.nowUs, o.config);
    }
    return this.nextUs;
  }

  drains(from: NodeId, { service, forUs }: XdsDraining): void {
    this.draining.set(from, { service, untilUs: this.io.nowUs + 2 * forUs });
    this.isDirty = true;
    this.review();
  }

  frame(from: NodeId, f: XdsFrame): void {
    const { io, o, plan } = this;
    let served = this.served.get(from);
    if (plan === null || (served !== undefined && f.stream < served.channel.stream)) return;
    if (served === undefined || f.stream > served.channel.stream) {
      // Of a stream to an earlier process: nobody answers, so that the proxy opens another one.
      if (f.seq !== 1) return;
      const channel = new Channel(f.stream, io.nowUs, (x) => io.send(from, x, lanes.agent));
      served = { channel, stream: new ServerStream(o.rules, plan) };
      this.served.set(from, served);
    }
    const body = served.channel.take(f, io.nowUs);
    if (body === null) return;
    const responses = served.stream.take(body as XdsRequest);
    served.channel.send(responses, io.nowUs, o.config.resendUs);
  }

  get streams(): number {
    return this.served.size;
  }

  /** Plans anew where catalog, configuration or who drains has changed. */
  private review(): void {
    const { io, o } = this;
    const revision = o.sources.revision();
    if (revision < 0 || (revision === this.plannedRevision && !this.isDirty)) return;
    this.plannedRevision = revision;
    this.isDirty = false;
    const plan = this.snapshot();
    const list = (type: 'cds' | 'eds' | 'rds'): string[] =>
      (type === 'rds' ? [...plan.of.rds.keys()] : plan.names(type)).flatMap((name) => {
        const r = plan.get(type, name);
        return r === null ? [] : [keyOf(r)];
      });
    const [cds, eds, rds] = [list('cds'), list('eds'), list('rds')];
    const text = JSON.stringify([cds, eds, rds, [...plan.of.lds.values()].map(keyOf)]);
    if (text === this.plannedText) return;
    this.plannedText = text;
    this.plan = plan;
    io.observe({ kind: 'xds-planned', cds, eds, rds });
    for (const { channel, stream } of this.served.values()) {
      channel.send(stream.setPlan(plan), io.nowUs, o.config.resendUs);
    }
  }

  private snapshot(): Snapshot {
    const { sources, services, zoneOf } = this.o;
    const draining = [...this.draining].map(([instance, { service }]) => {
      const where = { instance, address: '', port: 0, zone: zoneOf(instance) };
      return { service, endpoint: { ...where, health: 'draining' as const } };
    });
    return new Snapshot({
      entries: sources.entries(),
      services,
      config: sources.config(),
      draining,
    });
  }
}
