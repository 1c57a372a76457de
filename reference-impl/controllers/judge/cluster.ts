/** What there is at a moment of a run, as the history tells it: who is up and in touch, what runs where, who calls whom. */
import type { HistoryEvent, Json, NodeId, Program } from '../../../harness/spec.ts';
import type { Endpoint } from '../observations.ts';

const [deploymentPrefix, configPrefix] = ['objects/deployments/', 'objects/configmaps/'] as const;

export class Cluster {
  /** When each node was last seen to come up, or back into touch; absent: it is down, or cut off. */
  readonly inTouchUs = new Map<NodeId, number>();
  /** Since when each of the others is not. */
  readonly awayUs = new Map<NodeId, number>();
  /** By node and pod: the version of its ConfigMap. */
  readonly running = new Map<NodeId, Map<string, number>>();
  /** By node and deployment. */
  readonly routes = new Map<NodeId, Map<string, readonly Endpoint[]>>();
  /** Replicas by deployment; null: nobody knows. */
  readonly desired = new Map<string, number | null>();
  /** By deployment: the newest version of its ConfigMap that was acknowledged; null: nobody knows. */
  readonly configs = new Map<string, number | null>();
  /** When anything last happened that takes time to be made up for. */
  disturbedUs = 0;
  /** The same of servers alone. */
  serversDisturbedUs = 0;
  private readonly program: Program;
  private readonly down = new Set<NodeId>();
  /** Faults that keep a node out of touch, by their place in the plan. */
  private readonly faults = new Map<number, readonly NodeId[]>();

  constructor(program: Program) {
    this.program = program;
  }

  /** Does this event disturb? Ask before `take`. */
  isDisturbing(e: HistoryEvent): boolean {
    if (e.type === 'fault') return e.phase !== 'effective';
    if (e.type === 'node') return true;
    const isOperation = 'op' in e && 'key' in e;
    return isOperation && (e.key.startsWith(deploymentPrefix) || e.key.startsWith(configPrefix));
  }

  take(e: HistoryEvent): void {
    if (this.isDisturbing(e)) this.disturbedUs = e.timeUs;
    if (e.type === 'fault') this.fault(e);
    else if (e.type === 'node') this.process(e);
    else if (e.type === 'observe') this.observed(e);
    else if ('op' in e && e.type !== 'load') this.operation(e);
  }

  /** Nodes that run pods, are up and in touch. */
  get workers(): readonly NodeId[] {
    return [...this.inTouchUs.keys()]
      .filter((n) => this.program.shape.nodes[n]?.role === 'service')
      .sort((a, b) => a - b);
  }

  private process({ node, change, timeUs }: HistoryEvent & { readonly type: 'node' }): void {
    this.running.delete(node);
    this.routes.delete(node);
    if (change === 'started') this.down.delete(node);
    else this.down.add(node);
    if (this.program.shape.nodes[node]?.role === 'server') this.serversDisturbedUs = timeUs;
    this.touch(node, timeUs);
  }

  private fault(e: HistoryEvent & { readonly type: 'fault' }): void {
    const planned = this.program.faults[e.fault];
    if (planned === undefined || e.phase === 'effective') return;
    const { nodes } = this.program.shape;
    if (e.nodes.some((n) => nodes[n]?.role === 'server')) this.serversDisturbedUs = e.timeUs;
    if (planned.kind !== 'partition' && planned.kind !== 'pause') return;
    const named =
      'links' in planned && planned.links.from.of === 'nodes' ? planned.links.from.nodes : e.nodes;
    const cut = named.filter((n) => nodes[n]?.role === 'service');
    if (e.phase === 'begin') this.faults.set(e.fault, cut);
    else this.faults.delete(e.fault);
    for (const node of cut) this.touch(node, e.timeUs);
  }

  /** Is it up and in touch now? */
  private touch(node: NodeId, timeUs: number): void {
    const isAway = this.down.has(node) || [...this.faults.values()].some((f) => f.includes(node));
    if (isAway) {
      this.inTouchUs.delete(node);
      if (!this.awayUs.has(node)) this.awayUs.set(node, timeUs);
    } else {
      this.awayUs.delete(node);
      if (!this.inTouchUs.has(node)) this.inTouchUs.set(node, timeUs);
    }
  }

  private observed({ node, value }: HistoryEvent & { readonly type: 'observe' }): void {
    if (value.kind === 'pod') {
      const own = this.running.get(node) ?? new Map<string, number>();
      this.running.set(node, own);
      if (value.isRunning) own.set(value.pod, value.config);
      else own.delete(value.pod);
    } else if (value.kind === 'endpoints') {
      const own = this.routes.get(node) ?? new Map<string, readonly Endpoint[]>();
      this.routes.set(node, own);
      own.set(value.deployment, value.endpoints);
    }
  }

  /** While one is open, and once its end is unknown, nobody knows what is wanted, until the next write. */
  private operation(e: HistoryEvent & { readonly op: number; readonly type: string }): void {
    const {
      key,
      f,
      type,
      value,
      version = null,
    } = e as unknown as {
      readonly key: string;
      readonly f: string;
      readonly type: string;
      readonly value: Json;
      readonly version?: number | null;
    };
    if (f !== 'write' || type === 'fail') return;
    const isKnown = type === 'ok';
    if (key.startsWith(deploymentPrefix)) {
      const { replicas } = Object(value) as { readonly replicas?: number };
      this.desired.set(key.slice(deploymentPrefix.length), isKnown ? (replicas ?? 0) : null);
    } else if (key.startsWith(configPrefix)) {
      this.configs.set(key.slice(configPrefix.length), isKnown ? version : null);
    }
  }
}
