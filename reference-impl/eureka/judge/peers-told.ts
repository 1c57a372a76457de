/**
 * DISCOVERY: peers tell one another at once (D6). Renewals would make up for what is not told, but only after as long
 * as an instance waits before it renews: a peer that was restarted would deny instances until then.
 */
import { doesOnly, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  History,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { EurekaLeaseObservation } from '../observations.ts';

/** A message there, a question and its answer, with room to spare; far less than the time of a renewal, µs. */
const boundUs = secondsUs(2);

export function peersTold(): Invariant {
  return monitored(
    {
      id: 'peers-told',
      area: 'DISCOVERY',
      claim:
        'Whom one peer has taken in all others hold within 2 s, and a peer that starts holds within 2 s whom the others hold.',
      faultModel: 'while no fault but crashes is in force; peers that are up meanwhile',
    },
    (program) => new ToldMonitor(program),
  );
}

interface Due {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly instance: string;
  readonly sinceUs: number;
}

class ToldMonitor implements RunMonitor {
  private readonly program: Program;
  /** What each peer that is up holds. */
  private readonly held = new Map<NodeId, Set<string>>();
  /** In the order in which they are due. */
  private due: Due[] = [];
  private readonly faults = new Set<number>();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    const late = this.overdue(e.timeUs);
    if (late !== null) return late;
    if (e.type === 'node') this.process(e.node, e.change === 'started', e.timeUs);
    if (e.type === 'fault' && !doesOnly(e.kind, 'ends-nodes')) {
      if (e.phase === 'begin') this.faults.add(e.fault);
      if (e.phase === 'end') this.faults.delete(e.fault);
      this.due = [];
    }
    if (e.type === 'observe' && e.value.kind === 'eureka-lease') {
      this.lease(e.node, e.value, e.timeUs);
    }
    return null;
  }

  end({ endUs }: History): ReturnType<RunMonitor['end']> {
    const late = this.overdue(endUs);
    if (late !== null) return late;
    if (this.judged === 0) return { undecided: 'no peer had anything to tell while all was quiet' };
    return `${this.judged} times that one peer had to hear of an instance from another`;
  }

  private process(node: NodeId, isUp: boolean, timeUs: number): void {
    this.held.delete(node);
    this.due = this.due.filter((d) => d.from !== node && d.to !== node);
    if (!isUp || this.program.shape.nodes[node]?.role !== 'server') return;
    for (const [from, instances] of this.held) {
      for (const instance of instances) this.expect({ from, to: node, instance, sinceUs: timeUs });
    }
    this.held.set(node, new Set());
  }

  private lease(node: NodeId, { change, instance }: EurekaLeaseObservation, timeUs: number): void {
    const own = this.held.get(node) ?? new Set();
    this.held.set(node, own);
    const still = this.due.filter((d) => d.instance !== instance || d.to !== node);
    if (still.length < this.due.length) this.judged += 1;
    this.due = still;
    if (change === 'cancelled' || change === 'evicted') {
      own.delete(instance);
      this.due = this.due.filter((d) => d.instance !== instance || d.from !== node);
      return;
    }
    if (own.has(instance)) return;
    own.add(instance);
    for (const [to, theirs] of this.held) {
      if (!theirs.has(instance)) this.expect({ from: node, to, instance, sinceUs: timeUs });
    }
  }

  private expect(due: Due): void {
    if (this.faults.size === 0) this.due.push(due);
  }

  private overdue(nowUs: number): Explanation | null {
    const [first] = this.due;
    if (first === undefined || nowUs <= first.sinceUs + boundUs) return null;
    const { from, to, instance, sinceUs } = first;
    const name = (n: NodeId): string => nameNode(this.program, n);
    return {
      atUs: sinceUs + boundUs,
      sentences: [
        `${name(from)} holds ${instance}, and it and ${name(to)} could hear one another since ${when(sinceUs).replace(/^at /, '')}.`,
        `${name(to)} does not hold it ${when(sinceUs + boundUs)}.`,
      ],
      ops: [],
    };
  }
}
