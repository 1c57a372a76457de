/** What may be done next when a return forces an operation of a cell (`cell-descent.ts`). */
import { type CellTable, none } from './cell-table.ts';
import type { Columns } from './columns.ts';
import { CrashedCells } from './crashed-cells.ts';
import type { Flight } from './flight.ts';
import type { Tail } from './trails.ts';

/**
 * `write` begins the next trail, `hide` one before the fence; `step` lengthens the trail that is under
 * way, or else the one at hand; `pick` chooses a closed trail to lengthen.
 */
export const move = { write: 0, hide: 1, step: 2, pick: 3 } as const;

/** A configuration, as far as moves depend on it. */
export interface CellPosition {
  readonly state: number;
  readonly fence: number;
  readonly tails: readonly Tail[];
  /** The closed or hidden trail that is being lengthened. */
  readonly side: Tail | null;
  /** The trail at hand is being lengthened. */
  readonly isUnderWay: boolean;
}

/** No bound; and the return of an operation that has none. */
export const endless = 0x7fffffff;
/** How many returns are looked ahead to see which value is needed first. */
const lookAhead = 16;

export class CellMoves {
  private readonly t: CellTable;
  private readonly c: Columns;
  private readonly flight: Flight;
  private readonly crashed: CrashedCells;
  /** By operation: the number of its return among all. */
  private readonly rankOf: Int32Array;
  private position: CellPosition;
  private forced = 0;
  private need = 0;
  private out: number[] = [];

  constructor(t: CellTable, c: Columns, flight: Flight) {
    this.t = t;
    this.c = c;
    this.flight = flight;
    this.crashed = new CrashedCells(t, c, flight);
    this.rankOf = new Int32Array(t.ops.length).fill(endless);
    for (let rank = 0; rank < c.returns.length; rank++) {
      this.rankOf[c.returns[rank] as number] = rank;
    }
    this.position = { state: t.initial, fence: 0, tails: [], side: null, isUnderWay: false };
  }

  /**
   * All that may be done so that operation `forced` can be taken, the likeliest first: pairs of a move
   * and what it takes, an operation or the number of a tail.
   */
  list(p: CellPosition, forced: number): readonly number[] {
    this.out = [];
    this.position = p;
    this.forced = forced;
    this.need = this.t.needs[forced] as number;
    if (this.need === none) this.listWrite();
    else if (p.side !== null) this.listSteps(p.side.value, p.side.bound);
    else if (p.isUnderWay) this.listSteps(p.state, endless);
    else this.listStarts();
    return this.out;
  }

  /**
   * The last operation in flight that was called before `bound`; -1 when none that will return was, so
   * that the bound does not matter. Bounds that give the same are equal.
   */
  lastBefore(bound: number): number {
    let last = -1;
    const { flight } = this;
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (op < bound && op > last) last = op;
      }
    }
    return last < 0 ? last : Math.max(last, this.crashed.lastBefore(bound));
  }

  /** Can this trail still be lengthened, for the sake of an operation in flight? */
  canGrow({ value, bound }: Tail): boolean {
    return this.lastBefore(bound) >= 0 && this.open(bound, value, -1).length > 0;
  }

  private add(what: number, of: number): void {
    this.out.push(what, of);
  }

  private listWrite(): void {
    const { position: p, forced } = this;
    const isHidable = forced < p.fence;
    const isHiddenFirst = isHidable && this.isWantedFirst(p.state, this.t.sets[forced] as number);
    if (isHiddenFirst) this.add(move.hide, forced);
    this.add(move.write, forced);
    if (isHidable && !isHiddenFirst) this.add(move.hide, forced);
  }

  private listSteps(value: number, bound: number): void {
    const { forced, need } = this;
    if (this.isCas && value === need && forced < bound) this.add(move.step, forced);
    const leads = this.hasStepTo(bound);
    for (const op of this.undominated(this.open(bound, value, forced))) {
      if (leads || this.t.sets[op] === need) this.add(move.step, op);
    }
  }

  private listStarts(): void {
    const { position: p, forced, need } = this;
    if (this.isCas && p.state === need) this.add(move.step, forced);
    const hidden = forced < p.fence ? this.writesFor(p.fence) : [];
    const after = this.isCas ? (this.t.sets[forced] as number) : need;
    const isHiddenFirst = hidden.length > 0 && this.isWantedFirst(p.state, after);
    if (isHiddenFirst) for (const op of hidden) this.add(move.hide, op);
    for (const op of this.writesFor(endless)) this.add(move.write, op);
    if (!isHiddenFirst) for (const op of hidden) this.add(move.hide, op);
    for (let k = 0; k < p.tails.length; k++) {
      const { value, bound } = p.tails[k] as Tail;
      if (forced >= bound) continue;
      if ((this.isCas && value === need) || this.hasStepTo(bound)) this.add(move.pick, k);
    }
    const leads = this.hasStepTo(endless);
    for (const op of this.undominated(this.open(endless, p.state, forced))) {
      if (leads || this.t.sets[op] === need) this.add(move.step, op);
    }
  }

  private get isCas(): boolean {
    return this.t.sets[this.forced] !== none;
  }

  /** Writes that set what is needed, then those that begin a way to it. */
  private writesFor(bound: number): number[] {
    const { need, forced } = this;
    const { sets } = this.t;
    const hasWay = this.hasStepTo(bound);
    const open = this.open(bound, none, forced).filter((op) => hasWay || sets[op] === need);
    const writes = this.undominated(open);
    if (!hasWay) return writes;
    const direct = writes.filter((op) => sets[op] === need);
    const leads = (op: number): boolean =>
      sets[op] !== need && this.open(bound, sets[op] as number, forced).length > 0;
    return [...direct, ...writes.filter(leads)];
  }

  /** Does an operation in flight lead to what is needed, from another value? */
  private hasStepTo(bound: number): boolean {
    const { flight, forced, need } = this;
    const { needs, sets } = this.t;
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (sets[op] === need && needs[op] !== none && op < bound && op !== forced) return true;
      }
    }
    return this.crashed.hasStepTo(need, bound);
  }

  /**
   * Operations in flight that change the value, need `value`, and were called before `bound`. Of those
   * that never returned one of each effect, the latest: any other serves no better.
   */
  private open(bound: number, value: number, besides: number): number[] {
    const { flight } = this;
    const { needs, sets } = this.t;
    const ops: number[] = [];
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (needs[op] === value && sets[op] !== none && op < bound && op !== besides) ops.push(op);
      }
    }
    this.crashed.open(value, bound, ops);
    return ops;
  }

  /**
   * Of operations with the same need and effect only those that no other can stand in for: one that
   * returns no later, and was not called before a bound that the other was called after.
   */
  private undominated(ops: number[]): number[] {
    if (ops.length < 2) return ops;
    const { sets } = this.t;
    const kept: number[] = [];
    for (const op of ops) {
      const isTwin = (o: number): boolean => sets[o] === sets[op];
      if (kept.some((o) => isTwin(o) && this.dominates(o, op))) continue;
      for (let i = kept.length - 1; i >= 0; i--) {
        const o = kept[i] as number;
        if (isTwin(o) && this.dominates(op, o)) kept.splice(i, 1);
      }
      kept.push(op);
    }
    return kept;
  }

  private dominates(a: number, b: number): boolean {
    if ((this.rankOf[a] as number) > (this.rankOf[b] as number)) return false;
    if (a >= b) return true;
    const { fence, tails } = this.position;
    const parts = (bound: number): boolean => a < bound && b >= bound;
    return !parts(fence) && !tails.some((t) => parts(t.bound));
  }

  /** Of two values: is the first needed no later than the second, as far as can be seen? */
  private isWantedFirst(value: number, other: number): boolean {
    const { c, flight, t } = this;
    const until = Math.min(c.returns.length, flight.ret + lookAhead);
    for (let r = flight.ret + 1; r < until; r++) {
      const op = c.returns[r] as number;
      if (op < flight.called && !flight.isOpen(c.slot[op] as number)) continue;
      if (t.needs[op] === value) return true;
      if (t.needs[op] === other) return false;
    }
    return true;
  }
}
