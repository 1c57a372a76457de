/** Which servers are up and which are kept apart, and since when: by what befell them, not by what they say. */
import { doesOnly, nodesWithRole } from '../../../harness/spec.ts';
import type { Fault, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import { isBetween, sidesOf } from '../../federation/judge/sides.ts';
import type { Sides } from '../../federation/judge/sides.ts';
import { numbers } from './numbers.ts';

/** A cut in two: no server is on neither side. */
interface Cut {
  readonly sides: Sides;
  readonly sinceUs: number;
}

export class Truth {
  readonly servers: readonly NodeId[];
  private readonly program: Program;
  private readonly up = new Map<NodeId, number>();
  private readonly down = new Map<NodeId, number>();
  private readonly cuts = new Map<number, Cut>();
  /** Faults in force that are neither a crash, nor a cut in two, nor a slow link. */
  private readonly others = new Set<number>();
  /** When a link was last cut or healed, µs. */
  private cutUs = -Infinity;
  private otherUs = -Infinity;
  /** When a server last died, or came back. */
  private changedUs = -Infinity;

  constructor(program: Program) {
    this.program = program;
    this.servers = nodesWithRole(program.shape, 'server');
  }

  take(e: HistoryEvent): void {
    if (e.type === 'node' && this.servers.includes(e.node)) {
      if (e.change === 'started') this.started(e.node, e.timeUs);
      else this.ended(e.node, e.timeUs);
    }
    if (e.type === 'fault' && e.phase !== 'effective') this.fault(e.fault, e.phase, e.timeUs);
  }

  /** Since when all servers are up and all links whole; null: they are not. At first since always. */
  calmSinceUs(): number | null {
    if (this.down.size > 0 || this.cuts.size > 0 || this.others.size > 0) return null;
    return Math.max(this.changedUs, this.cutUs, this.otherUs);
  }

  /** Since when `b` is down, or cut off from all that `a` can reach; null: it is not, or nobody can tell. */
  lostSinceUs(a: NodeId, b: NodeId): number | null {
    const upUs = this.up.get(a);
    if (upUs === undefined || this.others.size > 0) return null;
    const cuts = [...this.cuts.values()].filter(({ sides }) => isBetween(sides, a, b));
    const sinceUs = Math.min(this.down.get(b) ?? Infinity, ...cuts.map((cut) => cut.sinceUs));
    return sinceUs === Infinity ? null : Math.max(sinceUs, upUs, this.otherUs);
  }

  /** Since when both are up and all links are whole; null: they are not. */
  togetherSinceUs(a: NodeId, b: NodeId): number | null {
    const [upA, upB] = [this.up.get(a), this.up.get(b)];
    if (upA === undefined || upB === undefined) return null;
    if (this.cuts.size > 0 || this.others.size > 0) return null;
    return Math.max(upA, upB, this.cutUs, this.otherUs);
  }

  private started(node: NodeId, timeUs: number): void {
    if (this.down.delete(node)) this.changedUs = timeUs;
    this.up.set(node, timeUs);
  }

  private ended(node: NodeId, timeUs: number): void {
    this.changedUs = timeUs;
    this.up.delete(node);
    this.down.set(node, timeUs);
  }

  private fault(index: number, phase: 'begin' | 'end', timeUs: number): void {
    const fault = this.program.faults[index];
    if (fault === undefined || doesOnly(fault.kind, 'ends-nodes') || isBearable(fault)) return;
    const sides = this.wholeCut(fault);
    if (sides === null) {
      this.otherUs = timeUs;
      if (phase === 'begin') this.others.add(index);
      else this.others.delete(index);
      return;
    }
    this.cutUs = timeUs;
    if (phase === 'begin') this.cuts.set(index, { sides, sinceUs: timeUs });
    else this.cuts.delete(index);
  }

  /** Null where the fault is no cut between two sides that are all servers together. */
  private wholeCut(fault: Fault): Sides | null {
    if (fault.kind !== 'partition' || !fault.links.bothWays) return null;
    const sides = sidesOf(this.program, fault.links);
    const [one, other] = sides;
    return this.servers.every((s) => one.has(s) !== other.has(s)) ? sides : null;
  }
}

/** Slow links are no reason to suspect anybody. */
function isBearable(fault: Fault): boolean {
  return fault.kind === 'latency' && 2 * (fault.delayUs + fault.jitterUs) <= numbers.addedUsMax;
}
