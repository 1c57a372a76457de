/**
 * EFFICIENCY: orders are entered as they came (R8): of two that one leader took in, the earlier one has the earlier place
 * in the book.
 */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';
import type {} from '../observations.ts';

export function ordersInTurn(): Invariant {
  return monitored(
    {
      id: 'orders-in-turn',
      area: 'EFFICIENCY',
      claim:
        'Of the orders that one leader took in, those that are in the book are there in the order in which they came.',
      faultModel:
        'any faults; of orders that no other leader was asked for before they were entered',
    },
    (program) => new TurnMonitor(program),
  );
}

/** The last order of one leader that was entered. */
interface Reign {
  count: number;
  last: Came | null;
}

interface Came {
  readonly order: string;
  readonly leader: NodeId;
  readonly reign: Reign;
  /** Counts those of the reign. */
  readonly number: number;
  readonly timeUs: number;
}

class TurnMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly reigns = new Map<NodeId, Reign>();
  private readonly came = new Map<string, Came | null>();
  private readonly entered = new Set<string>();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.reigns.delete(e.node);
    if (e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'role') this.reigns.delete(node);
    if (value.kind === 'order-came') this.takenIn(`${value.value} of ${value.key}`, node, timeUs);
    if (value.kind !== 'config' || value.value === null) return null;
    return this.enter(`${value.value} of ${value.key}`, timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.judged === 0) return { undecided: 'no leader told which order came when' };
    return `${this.judged} orders as they came`;
  }

  private takenIn(order: string, leader: NodeId, timeUs: number): void {
    const reign = this.reigns.get(leader) ?? { count: 0, last: null };
    this.reigns.set(leader, reign);
    reign.count += 1;
    const before = this.came.get(order);
    // Whoever took it in first may have lost it: nobody can say in whose order it is to be.
    if (before !== undefined && before?.reign !== reign) this.came.set(order, null);
    if (before !== undefined) return;
    this.came.set(order, { order, leader, reign, number: reign.count, timeUs });
  }

  /** Servers tell places in order: what is new is at the end of the book. */
  private enter(order: string, atUs: number): Explanation | null {
    const came = this.came.get(order);
    if (came === undefined || came === null || this.entered.has(order)) return null;
    this.entered.add(order);
    this.judged += 1;
    const { reign, leader, number } = came;
    const { last } = reign;
    reign.last = came;
    if (last === null || last.number < number) return null;
    const who = nameNode(this.program, leader);
    return {
      atUs,
      sentences: [
        `${who} took in order ${order} ${when(came.timeUs)}, and order ${last.order} after it, ${when(last.timeUs)}.`,
        `In the book order ${last.order} comes first.`,
      ],
      ops: [],
    };
  }
}
