/**
 * Just-in-time depth-first search for a linearization (after Lowe, "Testing for linearizability",
 * 2017, and Horn & Kroening, 2015), over integers only.
 *
 * A configuration is: which return comes next, the state, which operations in flight have been taken.
 * Operations are taken only when a return forces it: then either the returning one, or another in
 * flight before it. Pure operations are taken as soon as they are legal. Those that never returned
 * are optional. Configurations seen before are not searched again.
 */
import type { Columns } from './columns.ts';
import { Flight, nothing } from './flight.ts';
import type { Machine } from './machine.ts';
import { Memo } from './memo.ts';

export type SearchResult =
  /** `order`: indices of operations, a linearization. */
  | { readonly kind: 'legal'; readonly order: readonly number[] }
  | { readonly kind: 'illegal' }
  | { readonly kind: 'steps' | 'memory' };

/** Words of one frame before the masks. */
const head = { ret: 0, state: 1, taken: 2, cursor: 3, isDrawn: 4, words: 5 } as const;

/** Searches one part after another with the same scratch memory. */
export class Search {
  private readonly memo: Memo;
  private frames: Int32Array = nothing;
  /** Configurations looked at by the last run. */
  steps = 0;

  constructor(bytesMax: number) {
    this.memo = new Memo(bytesMax);
  }

  /** Looks at no more than `stepsMax` configurations. */
  run(c: Columns, m: Machine, stepsMax: number): SearchResult {
    if (m.isHopeless) {
      this.steps = 0;
      return { kind: 'illegal' };
    }
    const descent = new Descent(c, m, this.memo, this.frames);
    const result = descent.run(stepsMax);
    this.steps = descent.steps;
    this.frames = descent.frames;
    return result;
  }
}

/** One search. */
class Descent {
  private readonly c: Columns;
  private readonly m: Machine;
  private readonly memo: Memo;
  private readonly flight: Flight;
  private readonly stride: number;
  /** Of each crashed operation: the rank of the last interchangeable one before it, or -1. */
  private readonly twin: Int32Array;
  /** By operation: the first pure one that is called no earlier; -1: none. */
  private readonly nextLook: Int32Array;
  /** What was taken, in order. */
  private readonly order: number[] = [];
  private state: number;
  /** 1: the next operation must need this very state. */
  private isDrawn = 0;
  private depth = 0;
  frames: Int32Array;
  steps = 0;

  constructor(c: Columns, m: Machine, memo: Memo, frames: Int32Array) {
    this.c = c;
    this.m = m;
    this.memo = memo;
    this.frames = frames;
    this.flight = new Flight(c);
    this.state = m.initial;
    this.twin = twinsOf(c, m);
    this.nextLook = m.reaches === undefined ? nothing : nextLooks(m);
    const masks = this.flight.taken.length + this.flight.gone.length;
    this.stride = head.words + masks;
    memo.reset(2 + masks);
  }

  run(stepsMax: number): SearchResult {
    if (this.advance()) return this.succeed();
    this.push();
    while (this.depth > 0) {
      const next = this.nextCandidate();
      if (next < 0) {
        this.pop();
        continue;
      }
      if (this.steps >= stepsMax) return this.stop('steps');
      this.steps += 1;
      if (!this.enter(next)) continue;
      if (this.advance()) return this.succeed();
      if (this.isBarren()) {
        this.restore();
        continue;
      }
      const isNew = this.remember();
      if (isNew === null) return this.stop('memory');
      if (isNew) this.push();
      else this.restore();
    }
    return this.stop('illegal');
  }

  private succeed(): SearchResult {
    const order = this.order.slice();
    this.giveBackTo(0);
    return { kind: 'legal', order };
  }

  /** Gives the machine back as it was. */
  private stop(kind: 'illegal' | 'steps' | 'memory'): SearchResult {
    this.giveBackTo(0);
    return { kind };
  }

  /** Takes pure operations and passes returns as long as nothing has to be decided. True: the end. */
  private advance(): boolean {
    const end = this.c.returns.length;
    for (;;) {
      this.takePure();
      if (this.flight.ret === end) return true;
      if (!this.flight.pass()) return false;
    }
  }

  private takePure(): void {
    const { flight, m } = this;
    for (let w = 0; w < flight.words; w++) {
      let open = flight.open(w);
      while (open !== 0) {
        const bit = open & -open;
        open ^= bit;
        const op = flight.at((w << 5) + 31 - Math.clz32(bit));
        if (m.pure[op] === 0 || m.step(this.state, op) < 0) continue;
        flight.taken[w] = (flight.taken[w] as number) | bit;
        this.order.push(op);
        m.take(op);
        this.isDrawn = 0;
      }
    }
  }

  /** The top frame's next operation worth taking, or -1: first the one that returns, then the others. */
  private nextCandidate(): number {
    const { flight, c } = this;
    const at = this.top() + head.cursor;
    const forced = c.returns[flight.ret] as number;
    for (;;) {
      const k = this.frames[at] as number;
      this.frames[at] = k + 1;
      if (k === 0) {
        if (this.isWorth(forced)) return forced;
      } else if (k <= c.slots) {
        if (!flight.isOpen(k - 1) || k - 1 === c.slot[forced]) continue;
        const op = flight.at(k - 1);
        if (this.m.pure[op] === 0 && this.isWorth(op)) return op;
      } else {
        const rank = k - 1 - c.slots;
        if (rank >= (c.crashedBefore[flight.ret] as number)) return -1;
        if (flight.isGone(rank) || this.hasTwinBefore(rank)) continue;
        const op = c.crashed[rank] as number;
        if (this.isWorth(op)) return op;
      }
    }
  }

  private isWorth(op: number): boolean {
    if (this.isDrawn === 1 && !this.m.isDrawnTo(op, this.state)) return false;
    const next = this.m.step(this.state, op);
    if (next < 0) return false;
    return !this.flight.isCrashed(op) || (next !== this.state && this.m.isWanted(next));
  }

  /** Interchangeable crashed operations are taken in the order of their calls. */
  private hasTwinBefore(rank: number): boolean {
    const twin = this.twin[rank] as number;
    return twin >= 0 && !this.flight.isGone(twin);
  }

  /** Takes `op`. False, and nothing taken, when the state left behind is still needed. */
  private enter(op: number): boolean {
    const next = this.m.step(this.state, op);
    this.m.take(op);
    if (next !== this.state && !this.m.mayLeave(this.state)) {
      this.m.giveBack(op);
      return false;
    }
    this.flight.take(op);
    this.order.push(op);
    this.state = next;
    // An update that need not have happened is only worth its while if the next one needs its value.
    this.isDrawn = this.flight.isCrashed(op) ? 1 : 0;
    return true;
  }

  /** True when an operation in flight, or the next that looks, can never become legal again. */
  private isBarren(): boolean {
    const { reaches } = this.m;
    if (reaches === undefined) return false;
    const { flight } = this;
    for (let w = 0; w < flight.words; w++) {
      let open = flight.open(w);
      while (open !== 0) {
        const bit = open & -open;
        open ^= bit;
        if (!reaches(this.state, flight.at((w << 5) + 31 - Math.clz32(bit)))) return true;
      }
    }
    const next = this.nextLook[flight.called] as number;
    return next >= 0 && !reaches(this.state, next);
  }

  private remember(): boolean | null {
    const { key } = this.memo;
    const { flight } = this;
    key[0] = (flight.ret << 1) | this.isDrawn;
    key[1] = this.state;
    key.set(flight.taken, 2);
    key.set(flight.gone, 2 + flight.words);
    return this.memo.add();
  }

  private top(): number {
    return (this.depth - 1) * this.stride;
  }

  private push(): void {
    this.depth += 1;
    const at = this.top();
    if (at + this.stride > this.frames.length) {
      const larger = new Int32Array(this.frames.length * 2 + this.stride * 16);
      larger.set(this.frames);
      this.frames = larger;
    }
    const { frames, flight } = this;
    frames[at + head.ret] = flight.ret;
    frames[at + head.state] = this.state;
    frames[at + head.taken] = this.order.length;
    frames[at + head.cursor] = 0;
    frames[at + head.isDrawn] = this.isDrawn;
    frames.set(flight.taken, at + head.words);
    frames.set(flight.gone, at + head.words + flight.words);
  }

  private pop(): void {
    this.depth -= 1;
    if (this.depth > 0) this.restore();
  }

  /** Goes back to the configuration of the top frame. */
  private restore(): void {
    const at = this.top();
    const { frames, flight } = this;
    this.giveBackTo(frames[at + head.taken] as number);
    flight.backTo(frames[at + head.ret] as number);
    this.state = frames[at + head.state] as number;
    this.isDrawn = frames[at + head.isDrawn] as number;
    const masks = at + head.words;
    for (let w = 0; w < flight.words; w++) flight.taken[w] = frames[masks + w] as number;
    const gone = masks + flight.words;
    for (let w = 0; w < flight.gone.length; w++) flight.gone[w] = frames[gone + w] as number;
  }

  private giveBackTo(taken: number): void {
    while (this.order.length > taken) this.m.giveBack(this.order.pop() as number);
  }
}

function twinsOf(c: Columns, m: Machine): Int32Array {
  if (c.crashed.length === 0) return nothing;
  const last = new Map<number, number>();
  const twins = new Int32Array(c.crashed.length);
  for (let rank = 0; rank < twins.length; rank++) {
    const mine = m.classOf[c.crashed[rank] as number] as number;
    twins[rank] = last.get(mine) ?? -1;
    last.set(mine, rank);
  }
  return twins;
}

function nextLooks(m: Machine): Int32Array<ArrayBuffer> {
  const next = new Int32Array(m.pure.length + 1).fill(-1);
  for (let op = m.pure.length - 1; op >= 0; op--) {
    next[op] = m.pure[op] === 1 ? op : (next[op + 1] as number);
  }
  return next;
}
