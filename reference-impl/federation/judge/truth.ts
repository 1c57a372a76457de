/** What really was: who was up, and who could hear whom, told by faults and processes and not by registries. */
import { nodesWithRole } from '../../../harness/spec.ts';
import type { HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import { numbersOf } from './numbers.ts';
import type { Numbers } from './numbers.ts';
import { isBetween, sidesOf } from './sides.ts';
import type { Sides } from './sides.ts';

interface Cut {
  readonly sides: Sides;
  readonly fromUs: number;
  toUs: number;
}

export class Truth {
  readonly numbers: Numbers;
  readonly servers: readonly NodeId[];
  private readonly program: Program;
  private readonly regions: readonly number[];
  private readonly ids: ReadonlyMap<string, NodeId>;
  /** Since when each is as it is. */
  private readonly up = new Map<NodeId, number>();
  private readonly down = new Map<NodeId, number>();
  /** Of those that are down, who said goodbye. */
  private readonly left = new Map<NodeId, number>();
  private readonly cuts = new Map<number, Cut>();
  /** By region: since when most of its instances have been down, and when that last ended. */
  private readonly few = new Map<number, { sinceUs: number; untilUs: number }>();

  constructor(program: Program) {
    this.program = program;
    this.numbers = numbersOf(program);
    const { nodes } = program.shape;
    const zones = [...new Set(nodes.map(({ zone }) => zone))];
    const { zonesPerRegion } = this.numbers;
    this.regions = nodes.map(({ zone }) => Math.floor(zones.indexOf(zone) / zonesPerRegion));
    this.ids = new Map(nodes.map(({ name }, id) => [name, id]));
    this.servers = nodesWithRole(program.shape, 'server');
    nodes.forEach((_, id) => this.up.set(id, 0));
  }

  take(e: HistoryEvent): void {
    if (e.type === 'node') {
      const [into, outOf] = e.change === 'started' ? [this.up, this.down] : [this.down, this.up];
      outOf.delete(e.node);
      if (e.change === 'stopped') this.left.set(e.node, e.timeUs);
      else this.left.delete(e.node);
      // A process that ends again is no more gone than it was.
      if (e.change === 'started' || !into.has(e.node)) into.set(e.node, e.timeUs);
      this.count(this.region(e.node), e.timeUs);
    } else if (e.type === 'fault' && e.phase === 'begin' && this.isCleanStop(e.fault)) {
      // It says goodbye at once, and ends when all that it had begun has ended.
      for (const node of e.nodes) this.up.delete(node);
    } else if (e.type === 'fault' && e.kind === 'partition') {
      const cut = this.cuts.get(e.fault);
      if (e.phase === 'end' && cut !== undefined) cut.toUs = e.timeUs;
      if (e.phase === 'begin') this.begin(e.fault, e.timeUs);
    }
  }

  isCleanStop(fault: number): boolean {
    const plan = this.program.faults[fault];
    return plan?.kind === 'crash' && plan.clean === true;
  }

  region(node: NodeId): number {
    return this.regions[node] ?? -1;
  }

  zone(node: NodeId): string {
    return this.program.shape.nodes[node]?.zone ?? '';
  }

  id(name: string): NodeId {
    return this.ids.get(name) ?? -1;
  }

  /** Instances of a service, or of all. */
  instances(service: string | null): NodeId[] {
    return this.program.shape.nodes.flatMap((n, id) =>
      n.role === 'service' && (service === null || n.service === service) ? [id] : [],
    );
  }

  /** Instances of a region but those that said goodbye. */
  wanted(region: number): NodeId[] {
    return this.instances(null).filter((i) => this.region(i) === region && !this.left.has(i));
  }

  /** Since when `node` is down; null: it is up. */
  downSince(node: NodeId): number | null {
    return this.down.get(node) ?? null;
  }

  /** Since when `node` has been gone that said goodbye; null: it did not, or is there. */
  leftSince(node: NodeId): number | null {
    return this.left.get(node) ?? null;
  }

  /** Since when nobody on the side of `a` has heard of `b`, by any way; null: somebody may have. */
  apartSince(a: NodeId, b: NodeId): number | null {
    for (const { sides, fromUs, toUs } of this.cuts.values()) {
      const [one, other] = sides;
      const isWhole = this.servers.every((s) => one.has(s) || other.has(s));
      if (toUs === Infinity && isWhole && isBetween(sides, a, b)) return fromUs;
    }
    return null;
  }

  /** Since when both are up with nothing between them; null: they are not now. */
  togetherSince(a: NodeId, b: NodeId): number | null {
    const [upA, upB] = [this.up.get(a), this.up.get(b)];
    if (upA === undefined || upB === undefined) return null;
    let sinceUs = Math.max(upA, upB);
    for (const { sides, toUs } of this.cuts.values()) {
      if (isBetween(sides, a, b)) sinceUs = Math.max(sinceUs, toUs);
    }
    return sinceUs === Infinity ? null : sinceUs;
  }

  /** When `region` was last cut off from `at` or had lost most of its instances, for so long that `at` must have noticed. */
  lastLossUs(at: NodeId, region: number): number {
    const { goneUs } = this.numbers;
    const few = this.few.get(region);
    const losses = [...this.cuts.values()].filter(
      ({ sides, fromUs, toUs }) =>
        toUs - fromUs > goneUs &&
        this.servers.every((s) => this.region(s) !== region || isBetween(sides, at, s)),
    );
    const lost = few !== undefined && few.untilUs - few.sinceUs > goneUs ? few.untilUs : 0;
    return Math.max(lost, ...losses.map(({ toUs }) => toUs));
  }

  /** Could registry `at` know of `instance`, by one registry of its region, at `us` and since? */
  isKnowable(at: NodeId, instance: NodeId, us: number): boolean {
    return this.servers.some((home) => {
      if (this.region(home) !== this.region(instance)) return false;
      const hears = home === at ? this.togetherSince(at, at) : this.togetherSince(home, at);
      const held = this.togetherSince(home, instance);
      return hears !== null && held !== null && Math.max(hears, held) <= us;
    });
  }

  private count(region: number, nowUs: number): void {
    const all = this.wanted(region);
    const live = all.filter((i) => this.up.has(i)).length;
    const isFew = live * 1_000 < all.length * this.numbers.healthyPermille;
    const few = this.few.get(region);
    if (isFew && few?.untilUs !== Infinity)
      this.few.set(region, { sinceUs: nowUs, untilUs: Infinity });
    if (!isFew && few?.untilUs === Infinity) few.untilUs = nowUs;
  }

  private begin(fault: number, fromUs: number): void {
    const plan = this.program.faults[fault];
    if (plan?.kind !== 'partition') return;
    const sides = sidesOf(this.program, plan.links);
    this.cuts.set(fault, { sides, fromUs, toUs: Infinity });
  }
}
