/** The mesh in one agent: a control plane in servers, a proxy beside all others (D8). */
import type { Description, NodeId } from '../../harness/core/host.ts';
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import { lanes } from '../lanes.ts';
import type { Chooser } from '../service-client/chooser.ts';
import type { ControlPlane } from './control-plane.ts';
import type { XdsDraining, XdsFrame } from './messages.ts';
import type { Proxy } from './proxy.ts';

export interface MeshOptions {
  readonly servers: readonly NodeId[];
  /** The service that this node is an instance of. */
  readonly service: string | null;
  /** An instance that stops serves on for so long, µs. */
  readonly servesOnUs: number;
  readonly plane: ControlPlane | null;
  readonly proxy: Proxy | null;
}

export class Mesh implements Part, Chooser {
  private readonly io: HandlerContext;
  private readonly o: MeshOptions;
  private stopsUs: number | null = null;

  constructor(io: HandlerContext, options: MeshOptions) {
    this.io = io;
    this.o = options;
  }

  get isOn(): boolean {
    return this.o.proxy !== null;
  }

  start(): void {
    this.o.plane?.start();
    this.o.proxy?.start();
  }

  beat(): number {
    return this.o.plane?.beat() ?? this.o.proxy?.beat() ?? never;
  }

  tick(): number {
    const { stopsUs } = this;
    return stopsUs !== null && this.io.nowUs < stopsUs ? stopsUs : never;
  }

  frame(from: NodeId, f: XdsFrame): void {
    if (this.o.plane !== null) this.o.plane.frame(from, f);
    else this.o.proxy?.frame(from, f);
  }

  drains(from: NodeId, m: XdsDraining): void {
    this.o.plane?.drains(from, m);
  }

  /** Whoever calls is told first, by the control planes; then the instance stops. */
  stop(): void {
    const { service, servers, servesOnUs, proxy } = this.o;
    if (service === null || proxy === null || servesOnUs === 0) return;
    this.stopsUs = this.io.nowUs + servesOnUs;
    const m: XdsDraining = { kind: 'draining', service, forUs: servesOnUs };
    for (const server of servers) this.io.send(server, m, lanes.agent);
    this.io.wakeBy(this.stopsUs);
  }

  hasStopped(): boolean {
    return this.stopsUs === null || this.io.nowUs >= this.stopsUs;
  }

  choose(service: string): readonly NodeId[] {
    return this.o.proxy?.find(service)?.instances ?? [];
  }

  began(service: string, instance: NodeId): void {
    const cluster = this.o.proxy?.find(service)?.cluster;
    if (cluster !== undefined) this.io.observe({ kind: 'proxied', service, cluster, instance });
  }

  describe(): Description {
    const { plane, proxy } = this.o;
    if (plane !== null) return { proxies: plane.streams };
    return proxy === null ? {} : { 'control plane': proxy.describe() };
  }
}
