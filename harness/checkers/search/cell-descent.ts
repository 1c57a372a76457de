/**
 * Depth-first search for a linearization of a cell, lazy in two ways.
 *
 * Operations are taken only when a return forces it (Lowe, "Testing for linearizability", 2017), and
 * even then only those that lead there. A linearization of a cell is a sequence of *trails*: each
 * begins with a write that needs nothing, or with the initial value, and goes on along operations that
 * each need the value that the one before set; reads stand wherever their value is passed. The write
 * that begins the next trail hides what was before it. So what is not needed yet can be put before
 * that write *afterwards*: an operation in flight that was called before the write was taken (before
 * the *fence*) may begin a trail of its own there, at no cost to the present state, or may lengthen
 * any closed trail at its end.
 *
 * That loses nothing. Follow any linearization L: when a return forces an operation of L's trail k, go
 * along L's trail k up to it. If k is the trail at hand, lengthen it; if k is later, begin it now, which
 * closes the one at hand; if k is earlier, lengthen it or begin it before the fence. All that L has
 * between is still in flight (it was not taken, so it has not returned) and was called before the
 * fence (it stands before the fence's write in L, and that write's trail was begun because something
 * in it returned).
 */
import { numberOf } from '../canonical.ts';
import { CellMoves, endless, move } from './cell-moves.ts';
import { type CellTable, hasOrphan, none } from './cell-table.ts';
import type { Columns } from './columns.ts';
import { Flight } from './flight.ts';
import { Frames } from './frames.ts';
import type { Memo } from './memo.ts';
import type { SearchResult } from './result.ts';
import { type Tail, TrailLog } from './trails.ts';

/** Own words of a frame. */
const own = { state: 0, fence: 1, log: 2, trails: 3, cursor: 4, moves: 5, isUnderWay: 6, words: 7 };

/** Different sets of open trails that are remembered; past it the search ends for want of memory. */
const bagsMax = 500_000;

/** One search. */
export class CellDescent {
  readonly frames: Frames;
  steps = 0;
  reached = 0;
  private readonly t: CellTable;
  private readonly c: Columns;
  private readonly memo: Memo;
  private readonly flight: Flight;
  private readonly moves: CellMoves;
  private readonly log = new TrailLog();
  /** By value: operations not yet taken that set it, and the last completed one that needs it. */
  private readonly setters: Int32Array;
  private readonly lastNeeder: Int32Array;
  private readonly bags = new Map<string, number>();
  private state: number;
  /** How many operations had been called when the write was taken that began the trail at hand. */
  private fence = 0;
  /** Closed and hidden trails that can still be lengthened. */
  private tails: readonly Tail[] = [];
  /** The one that is being lengthened. */
  private side: Tail | null = null;
  /** The trail at hand is being lengthened. */
  private isUnderWay = false;
  /** Moves of all frames, and by frame its tails. */
  private readonly pending: number[] = [];
  private readonly tailsAt: (readonly Tail[])[] = [];
  private readonly sideAt: (Tail | null)[] = [];

  constructor(c: Columns, t: CellTable, memo: Memo, scratch: Int32Array) {
    this.c = c;
    this.t = t;
    this.memo = memo;
    this.flight = new Flight(c);
    this.frames = new Frames(scratch, this.flight, own.words);
    this.moves = new CellMoves(t, c, this.flight);
    this.state = t.initial;
    this.setters = new Int32Array(t.values);
    this.lastNeeder = new Int32Array(t.values).fill(-1);
    for (let i = 0; i < t.ops.length; i++) {
      const [need, set] = [t.needs[i] as number, t.sets[i] as number];
      if (set !== none) this.setters[set] = (this.setters[set] as number) + 1;
      if (need !== none && !this.flight.isCrashed(i)) this.lastNeeder[need] = i;
    }
    memo.reset(4 + this.flight.taken.length + this.flight.gone.length);
  }

  run(stepsMax: number): SearchResult {
    const kind = hasOrphan(this.t) ? 'illegal' : this.descend(stepsMax);
    return kind === 'legal' ? { kind, order: this.log.order() } : { kind };
  }

  private descend(stepsMax: number): SearchResult['kind'] {
    if (this.advance()) return 'legal';
    this.push();
    while (this.frames.depth > 0) {
      const at = this.frames.top + own.cursor;
      const cursor = this.frames.words[at] as number;
      if (cursor === this.pending.length) {
        this.pop();
        continue;
      }
      if (this.steps >= stepsMax) return 'steps';
      this.steps += 1;
      this.frames.words[at] = cursor + 2;
      const isAlive = this.perform(
        this.pending[cursor] as number,
        this.pending[cursor + 1] as number,
      );
      if (isAlive && this.advance()) return 'legal';
      const isNew = isAlive && this.remember();
      if (isNew === null) return 'memory';
      if (isNew) this.push();
      else this.restore();
    }
    return 'illegal';
  }

  /** Takes reads and passes returns as long as nothing has to be decided. True: the end. */
  private advance(): boolean {
    if (this.side !== null || this.isUnderWay) return false;
    const end = this.c.returns.length;
    for (;;) {
      this.takeReads(this.state, endless, this.log.current);
      if (this.flight.ret === end) return true;
      if (!this.flight.pass()) return false;
      this.reached = Math.max(this.reached, this.flight.ret);
    }
  }

  /** Reads of `value` that were called before `bound` can stand where a trail has just come to it. */
  private takeReads(value: number, bound: number, trail: number): void {
    const { flight, t } = this;
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        const need = t.needs[op] as number;
        if (t.sets[op] !== none || op >= bound || (need !== value && need !== none)) continue;
        flight.take(op);
        this.log.add(op, trail);
      }
    }
  }

  /** False when what comes after cannot be legal. */
  private perform(what: number, of: number): boolean {
    if (what === move.pick) {
      this.side = this.tails[of] as Tail;
      this.tails = this.tails.toSpliced(of, 1);
      return true;
    }
    if (what === move.write) this.beginNext();
    else if (what === move.hide) {
      this.side = { value: none, bound: this.fence, trail: this.log.begin(true) };
    }
    const left = this.state;
    const value = this.t.sets[of] as number;
    if (this.side === null) this.state = value;
    else this.side = { ...this.side, value };
    this.take(of, value);
    this.finish();
    return !this.isLost(this.side === null ? left : value);
  }

  /** The trail at hand ends before the write that begins another. */
  private beginNext(): void {
    const { called } = this.flight;
    this.tails = [...this.tails, { value: this.state, bound: called, trail: this.log.current }];
    this.fence = called;
    this.log.begin(false);
  }

  private take(op: number, value: number): void {
    const { side } = this;
    const trail = side?.trail ?? this.log.current;
    this.flight.take(op);
    this.log.add(op, trail);
    this.setters[value] = (this.setters[value] as number) - 1;
    this.takeReads(value, side?.bound ?? endless, trail);
  }

  /** Nothing is under way any more when the operation that returns has been taken. */
  private finish(): void {
    const forced = this.c.returns[this.flight.ret] as number;
    const isDone = !this.flight.isOpen(this.c.slot[forced] as number);
    this.isUnderWay = !isDone && this.side === null;
    if (!isDone || this.side === null) return;
    this.tails = [...this.tails, this.side];
    this.side = null;
  }

  /** It is not the state, somebody who is yet to be called needs it, and nobody is left to set it. */
  private isLost(value: number): boolean {
    if (value === this.state || this.setters[value] !== 0) return false;
    return (this.lastNeeder[value] as number) >= this.flight.called;
  }

  private remember(): boolean | null {
    const { key } = this.memo;
    const { flight } = this;
    key[0] = (flight.ret << 1) | (this.isUnderWay ? 1 : 0);
    key[1] = this.state;
    key[2] = this.moves.lastBefore(this.fence);
    key[3] = this.bag();
    if (this.bags.size > bagsMax) return null;
    key.set(flight.taken, 4);
    key.set(flight.gone, 4 + flight.words);
    return this.memo.add();
  }

  /** A number for the trails that can still be lengthened, and the one that is. */
  private bag(): number {
    this.tails = this.tails.filter((t) => this.moves.canGrow(t));
    if (this.tails.length === 0 && this.side === null) return 0;
    const nameOf = (t: Tail): string => `${t.value} ${this.moves.lastBefore(t.bound)}`;
    const names = this.tails.map(nameOf).sort();
    if (this.side !== null) names.push(`+${nameOf(this.side)}`);
    return numberOf(this.bags, names.join(), this.bags.size + 1);
  }

  private push(): void {
    const at = this.frames.push();
    const { words, depth } = this.frames;
    words[at + own.state] = this.state;
    words[at + own.fence] = this.fence;
    words[at + own.log] = this.log.length;
    words[at + own.trails] = this.log.trails;
    words[at + own.cursor] = this.pending.length;
    words[at + own.moves] = this.pending.length;
    words[at + own.isUnderWay] = this.isUnderWay ? 1 : 0;
    this.tailsAt[depth - 1] = this.tails;
    this.sideAt[depth - 1] = this.side;
    const { state, fence, tails, side, isUnderWay } = this;
    const forced = this.c.returns[this.flight.ret] as number;
    this.pending.push(...this.moves.list({ state, fence, tails, side, isUnderWay }, forced));
  }

  private pop(): void {
    this.pending.length = this.frames.words[this.frames.top + own.moves] as number;
    this.frames.depth -= 1;
    if (this.frames.depth > 0) this.restore();
  }

  /** Goes back to the configuration of the top frame. */
  private restore(): void {
    const at = this.frames.restore();
    const { words, depth } = this.frames;
    const { log } = this;
    const taken = words[at + own.log] as number;
    while (log.length > taken) {
      const set = this.t.sets[log.pop()] as number;
      if (set !== none) this.setters[set] = (this.setters[set] as number) + 1;
    }
    log.keep(words[at + own.trails] as number);
    this.state = words[at + own.state] as number;
    this.fence = words[at + own.fence] as number;
    this.isUnderWay = words[at + own.isUnderWay] === 1;
    this.tails = this.tailsAt[depth - 1] as readonly Tail[];
    this.side = this.sideAt[depth - 1] as Tail | null;
  }
}
