/**
 * Just-in-time depth-first search for a linearization of any object (after Lowe, "Testing for
 * linearizability", 2017, and Horn & Kroening, 2015), over integers only.
 *
 * A configuration is: which return comes next, the state, which operations in flight have been taken.
 * Operations are taken only when a return forces it: then either the returning one, or another in
 * flight before it. Pure operations are taken as soon as they are legal. Those that never returned
 * are optional. Of interchangeable ones the first to return is taken first. Configurations seen
 * before are not searched again.
 */
import type { Columns } from './columns.ts';
import { Flight } from './flight.ts';
import { Frames } from './frames.ts';
import type { Memo } from './memo.ts';
import type { SearchResult } from './result.ts';
import type { StepMachine } from './step-machine.ts';

/** Own words of a frame. */
const own = { state: 0, taken: 1, cursor: 2, words: 3 } as const;

/** One search. */
export class StepDescent {
  readonly frames: Frames;
  steps = 0;
  reached = 0;
  private readonly c: Columns;
  private readonly m: StepMachine<unknown>;
  private readonly memo: Memo;
  private readonly flight: Flight;
  /** By completed operation: the number of its return among all. */
  private readonly rankOf: Int32Array;
  /** Of each crashed operation: the rank of the last interchangeable one before it, or -1. */
  private readonly twin: Int32Array;
  /** By operation: the first pure one that is called no earlier; -1: none. */
  private readonly nextLook: Int32Array;
  /** What was taken, in order. */
  private readonly order: number[] = [];
  private state: number;

  constructor(c: Columns, m: StepMachine<unknown>, memo: Memo, scratch: Int32Array) {
    this.c = c;
    this.m = m;
    this.memo = memo;
    this.flight = new Flight(c);
    this.frames = new Frames(scratch, this.flight, own.words);
    this.state = m.initial;
    this.rankOf = new Int32Array(m.pure.length);
    for (let r = 0; r < c.returns.length; r++) this.rankOf[c.returns[r] as number] = r;
    this.twin = twinsOf(c, m);
    this.nextLook = nextLooks(m);
    memo.reset(2 + this.flight.taken.length + this.flight.gone.length);
  }

  run(stepsMax: number): SearchResult {
    const kind = this.descend(stepsMax);
    const order = this.order.slice();
    // Gives the machine back as it was.
    this.giveBackTo(0);
    return kind === 'legal' ? { kind, order } : { kind };
  }

  private descend(stepsMax: number): SearchResult['kind'] {
    if (this.advance()) return 'legal';
    this.push();
    while (this.frames.depth > 0) {
      const next = this.nextCandidate();
      if (next < 0) {
        this.frames.depth -= 1;
        if (this.frames.depth > 0) this.restore();
        continue;
      }
      if (this.steps >= stepsMax) return 'steps';
      this.steps += 1;
      this.enter(next);
      if (this.advance()) return 'legal';
      if (this.m.isFull) return 'memory';
      const isNew = !this.isBarren() && this.remember();
      if (isNew === null) return 'memory';
      if (isNew) this.push();
      else this.restore();
    }
    return 'illegal';
  }

  /** Takes pure operations and passes returns as long as nothing has to be decided. True: the end. */
  private advance(): boolean {
    const end = this.c.returns.length;
    for (;;) {
      this.takePure();
      if (this.flight.ret === end) return true;
      if (!this.flight.pass()) return false;
      this.reached = Math.max(this.reached, this.flight.ret);
    }
  }

  private takePure(): void {
    const { flight, m } = this;
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (m.pure[op] === 0 || m.step(this.state, op) < 0) continue;
        flight.take(op);
        this.order.push(op);
        m.take(op);
      }
    }
  }

  /** The top frame's next operation worth taking, or -1: first the one that returns, then the others. */
  private nextCandidate(): number {
    const { flight, c } = this;
    const at = this.frames.top + own.cursor;
    const { words } = this.frames;
    const forced = c.returns[flight.ret] as number;
    for (;;) {
      const k = words[at] as number;
      words[at] = k + 1;
      if (k === 0) {
        if (this.isWorth(forced)) return forced;
      } else if (k <= c.slots) {
        if (!flight.isOpen(k - 1) || k - 1 === c.slot[forced]) continue;
        const op = flight.at(k - 1);
        if (this.m.pure[op] === 0 && this.isWorth(op)) return op;
      } else {
        const rank = k - 1 - c.slots;
        if (rank >= (c.crashedBefore[flight.ret] as number)) return -1;
        if (!flight.isGone(rank) && this.isWorth(c.crashed[rank] as number)) {
          return c.crashed[rank] as number;
        }
      }
    }
  }

  private isWorth(op: number): boolean {
    const next = this.m.step(this.state, op);
    if (next < 0 || (next === this.state && this.flight.isCrashed(op))) return false;
    return !this.hasTwinBefore(op);
  }

  /**
   * An interchangeable one is in flight that returns earlier: it goes first. Of those that never
   * returned the first that was called does.
   */
  private hasTwinBefore(op: number): boolean {
    const { flight, m } = this;
    const mine = m.classOf[op] as number;
    if (m.sizeOf[mine] === 1) return false;
    const isCrashed = flight.isCrashed(op);
    if (isCrashed) {
      const twin = this.twin[this.c.slot[op] as number] as number;
      if (twin >= 0 && !flight.isGone(twin)) return true;
    }
    const rank = isCrashed ? Infinity : (this.rankOf[op] as number);
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const other = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (m.classOf[other] === mine && (this.rankOf[other] as number) < rank) return true;
      }
    }
    return false;
  }

  private enter(op: number): void {
    this.state = this.m.step(this.state, op);
    this.m.take(op);
    this.flight.take(op);
    this.order.push(op);
  }

  /** True when an operation in flight, or the next that looks, can never become legal again. */
  private isBarren(): boolean {
    const { flight, m } = this;
    if (!m.canTellReach) return false;
    for (let w = 0; w < flight.words; w++) {
      for (let open = flight.open(w); open !== 0; open &= open - 1) {
        const op = flight.at((w << 5) + 31 - Math.clz32(open & -open));
        if (!m.reaches(this.state, op)) return true;
      }
    }
    const next = this.nextLook[flight.called] as number;
    return next >= 0 && !m.reaches(this.state, next);
  }

  private remember(): boolean | null {
    const { key } = this.memo;
    const { flight } = this;
    key[0] = flight.ret;
    key[1] = this.state;
    key.set(flight.taken, 2);
    key.set(flight.gone, 2 + flight.words);
    return this.memo.add();
  }

  private push(): void {
    const at = this.frames.push();
    const { words } = this.frames;
    words[at + own.state] = this.state;
    words[at + own.taken] = this.order.length;
    words[at + own.cursor] = 0;
  }

  /** Goes back to the configuration of the top frame. */
  private restore(): void {
    const at = this.frames.restore();
    const { words } = this.frames;
    this.giveBackTo(words[at + own.taken] as number);
    this.state = words[at + own.state] as number;
  }

  private giveBackTo(taken: number): void {
    while (this.order.length > taken) this.m.giveBack(this.order.pop() as number);
  }
}

function twinsOf(c: Columns, m: StepMachine<unknown>): Int32Array {
  const last = new Map<number, number>();
  return c.crashed.map((op, rank) => {
    const mine = m.classOf[op] as number;
    const twin = last.get(mine) ?? -1;
    last.set(mine, rank);
    return twin;
  });
}

function nextLooks(m: StepMachine<unknown>): Int32Array<ArrayBuffer> {
  const next = new Int32Array(m.pure.length + 1).fill(-1);
  for (let op = m.pure.length - 1; op >= 0; op--) {
    next[op] = m.pure[op] === 1 ? op : (next[op + 1] as number);
  }
  return next;
}
