/** Operations of a cell that never returned: in flight from their call on, until they are taken. */
import { firstWhere } from '../bisect.ts';
import { type CellTable, none } from './cell-table.ts';
import type { Columns } from './columns.ts';
import type { Flight } from './flight.ts';

export class CrashedCells {
  private readonly c: Columns;
  private readonly flight: Flight;
  /** By needed value, then by what is set: ranks, ascending. */
  private readonly byNeed = new Map<number, Map<number, number[]>>();
  /** By what is set, of those that need something: ranks, ascending. */
  private readonly stepsTo = new Map<number, number[]>();

  constructor(t: CellTable, c: Columns, flight: Flight) {
    this.c = c;
    this.flight = flight;
    for (let rank = 0; rank < c.crashed.length; rank++) {
      const op = c.crashed[rank] as number;
      const [need, set] = [t.needs[op] as number, t.sets[op] as number];
      const of = this.byNeed.get(need) ?? new Map<number, number[]>();
      this.byNeed.set(need, of);
      append(of, set, rank);
      if (need !== none) append(this.stepsTo, set, rank);
    }
  }

  /** Adds to `ops` the latest of each effect that needs `value` and was called before `bound`. */
  open(value: number, bound: number, ops: number[]): void {
    const of = this.byNeed.get(value);
    if (of === undefined) return;
    for (const ranks of of.values()) {
      const rank = this.latest(ranks, bound);
      if (rank >= 0) ops.push(this.c.crashed[rank] as number);
    }
  }

  hasStepTo(value: number, bound: number): boolean {
    const ranks = this.stepsTo.get(value);
    return ranks !== undefined && this.latest(ranks, bound) >= 0;
  }

  /** The latest one that was called before `bound`, or -1. */
  lastBefore(bound: number): number {
    for (let rank = this.called() - 1; rank >= 0; rank--) {
      const op = this.c.crashed[rank] as number;
      if (op < bound && !this.flight.isGone(rank)) return op;
    }
    return -1;
  }

  private called(): number {
    return this.c.crashedBefore[this.flight.ret] as number;
  }

  private latest(ranks: readonly number[], bound: number): number {
    const called = this.called();
    const from = firstWhere(ranks.length, (i) => (ranks[i] as number) >= called);
    for (let i = from - 1; i >= 0; i--) {
      const rank = ranks[i] as number;
      if ((this.c.crashed[rank] as number) < bound && !this.flight.isGone(rank)) return rank;
    }
    return -1;
  }
}

function append(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
