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
import type { Machine } from './machine.ts';
import { Memo } from './memo.ts';

export type SearchResult =
  /** `order`: indices of operations, a linearization. */
  | { readonly kind: 'legal'; readonly order: readonly number[] }
  | { readonly kind: 'illegal' }
  | { readonly kind: 'steps' | 'memory' };

const nothing: Int32Array = new Int32Array(0);

/** Words of one frame before the masks. */
const head = { ret: 0, state: 1, taken: 2, cursor: 3, isDrawn: 4, words: 5 } as const;

/** Scratch memory for searches, one after another. */
export class Search {
  private readonly memo: Memo;
  private frames: Int32Array = new Int32Array(1 << 8);
  private order: number[] = [];
  /** Configurations looked at by the last run. */
  steps = 0;

  constructor(bytesMax: number) {
    this.memo = new Memo(bytesMax);
  }

  private c: Columns = emptyColumns;
  private m: Machine = idleMachine;
  /** The configuration: next return, state, whether the next operation must need this state. */
  private ret = 0;
  private state = 0;
  private isDrawn = 0;
  /** Bits by slot: taken; in flight. Bits by rank: crashed operations taken. */
  private live = nothing;
  private flying = nothing;
  private gone = nothing;
  private holder = nothing;
  /** Of each crashed operation: the rank of the last interchangeable one before it, or -1. */
  private twin = nothing;
  /** By operation: the first pure one that is called no earlier; -1: none. */
  private nextLook = nothing;
  private called = 0;
  private depth = 0;

  /** Looks at no more than `stepsMax` configurations. */
  run(c: Columns, m: Machine, stepsMax: number): SearchResult {
    this.begin(c, m);
    if (m.isHopeless) return { kind: 'illegal' };
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

  private begin(c: Columns, m: Machine): void {
    this.c = c;
    this.m = m;
    this.live = new Int32Array((c.slots + 31) >>> 5);
    this.flying = new Int32Array(this.live.length);
    this.gone = new Int32Array((c.crashed.length + 31) >>> 5);
    this.holder = new Int32Array(c.slots).fill(-1);
    this.twin = twinsOf(c, m);
    if (m.reaches !== undefined) this.nextLook = nextLooks(m);
    this.order = [];
    this.steps = 0;
    this.depth = 0;
    this.ret = 0;
    this.called = 0;
    this.state = m.initial;
    this.isDrawn = 0;
    this.memo.reset(2 + this.live.length + this.gone.length);
    this.callThose();
  }

  private succeed(): SearchResult {
    const order = this.order.slice();
    this.stop('illegal');
    return { kind: 'legal', order };
  }

  /** Gives the machine back as it was. */
  private stop(kind: 'illegal' | 'steps' | 'memory'): SearchResult {
    this.giveBackTo(0);
    return { kind };
  }

  /** Puts those in flight that are called before the next return. */
  private callThose(): void {
    const until = this.c.calledBefore[this.ret] as number;
    for (; this.called < until; this.called++) {
      if (this.isCrashed(this.called)) continue;
      const s = this.c.slot[this.called] as number;
      this.holder[s] = this.called;
      this.flying[s >>> 5] = (this.flying[s >>> 5] as number) | (1 << (s & 31));
    }
  }

  private isCrashed(op: number): boolean {
    return this.c.crashed[this.c.slot[op] as number] === op;
  }

  /** Takes pure operations and passes returns as long as nothing has to be decided. True: the end. */
  private advance(): boolean {
    const { returns, slot } = this.c;
    for (;;) {
      this.takePure();
      if (this.ret === returns.length) return true;
      const s = slot[returns[this.ret] as number] as number;
      const bit = 1 << (s & 31);
      if (((this.live[s >>> 5] as number) & bit) === 0) return false;
      this.live[s >>> 5] = (this.live[s >>> 5] as number) & ~bit;
      this.flying[s >>> 5] = (this.flying[s >>> 5] as number) & ~bit;
      this.ret += 1;
      this.callThose();
    }
  }

  private takePure(): void {
    for (let w = 0; w < this.live.length; w++) {
      let open = (this.flying[w] as number) & ~(this.live[w] as number);
      while (open !== 0) {
        const bit = open & -open;
        open ^= bit;
        const op = this.holder[(w << 5) + 31 - Math.clz32(bit)] as number;
        if (this.m.pure[op] === 0 || this.m.step(this.state, op) < 0) continue;
        this.live[w] = (this.live[w] as number) | bit;
        this.order.push(op);
        this.m.take(op);
        this.isDrawn = 0;
      }
    }
  }

  /** The top frame's next operation worth taking, or -1: first the one that returns, then the others. */
  private nextCandidate(): number {
    const { returns, slot, slots, crashed, crashedBefore } = this.c;
    const at = this.top() + head.cursor;
    const forced = returns[this.ret] as number;
    for (;;) {
      const k = this.frames[at] as number;
      this.frames[at] = k + 1;
      if (k === 0) {
        if (this.isWorth(forced)) return forced;
      } else if (k <= slots) {
        const s = k - 1;
        const isOpen =
          ((this.flying[s >>> 5] as number) & ~(this.live[s >>> 5] as number)) >>> (s & 31);
        if ((isOpen & 1) === 0 || s === slot[forced]) continue;
        const op = this.holder[s] as number;
        if (this.m.pure[op] === 0 && this.isWorth(op)) return op;
      } else {
        const rank = k - 1 - slots;
        if (rank >= (crashedBefore[this.ret] as number)) return -1;
        if (this.isGone(rank) || this.hasTwinBefore(rank)) continue;
        const op = crashed[rank] as number;
        if (this.isWorth(op)) return op;
      }
    }
  }

  private isWorth(op: number): boolean {
    if (this.isDrawn === 1 && !this.m.isDrawnTo(op, this.state)) return false;
    const next = this.m.step(this.state, op);
    if (next < 0) return false;
    return !this.isCrashed(op) || (next !== this.state && this.m.isWanted(next));
  }

  private isGone(rank: number): boolean {
    return (((this.gone[rank >>> 5] as number) >>> (rank & 31)) & 1) === 1;
  }

  /** Interchangeable crashed operations are taken in the order of their calls. */
  private hasTwinBefore(rank: number): boolean {
    const twin = this.twin[rank] as number;
    return twin >= 0 && !this.isGone(twin);
  }

  /** Takes `op`. False, and nothing taken, when the state left behind is still needed. */
  private enter(op: number): boolean {
    const next = this.m.step(this.state, op);
    this.m.take(op);
    if (next !== this.state && !this.m.mayLeave(this.state)) {
      this.m.giveBack(op);
      return false;
    }
    const s = this.c.slot[op] as number;
    const crashed = this.isCrashed(op);
    const mask = crashed ? this.gone : this.live;
    mask[s >>> 5] = (mask[s >>> 5] as number) | (1 << (s & 31));
    this.order.push(op);
    this.state = next;
    // An update that need not have happened is only worth its while if the next one needs its value.
    this.isDrawn = crashed ? 1 : 0;
    return true;
  }

  /** True when an operation in flight, or the next that looks, can never become legal again. */
  private isBarren(): boolean {
    const { reaches } = this.m;
    if (reaches === undefined) return false;
    for (let w = 0; w < this.live.length; w++) {
      let open = (this.flying[w] as number) & ~(this.live[w] as number);
      while (open !== 0) {
        const bit = open & -open;
        open ^= bit;
        const op = this.holder[(w << 5) + 31 - Math.clz32(bit)] as number;
        if (!reaches(this.state, op)) return true;
      }
    }
    const next = this.nextLook[this.called] as number;
    return next >= 0 && !reaches(this.state, next);
  }

  private remember(): boolean | null {
    const { key } = this.memo;
    key[0] = (this.ret << 1) | this.isDrawn;
    key[1] = this.state;
    key.set(this.live, 2);
    key.set(this.gone, 2 + this.live.length);
    return this.memo.add();
  }

  private stride(): number {
    return head.words + this.live.length + this.gone.length;
  }

  private top(): number {
    return (this.depth - 1) * this.stride();
  }

  private push(): void {
    this.depth += 1;
    const at = this.top();
    if (at + this.stride() > this.frames.length) {
      const larger = new Int32Array(this.frames.length * 2 + this.stride());
      larger.set(this.frames);
      this.frames = larger;
    }
    this.frames[at + head.ret] = this.ret;
    this.frames[at + head.state] = this.state;
    this.frames[at + head.taken] = this.order.length;
    this.frames[at + head.cursor] = 0;
    this.frames[at + head.isDrawn] = this.isDrawn;
    this.frames.set(this.live, at + head.words);
    this.frames.set(this.gone, at + head.words + this.live.length);
  }

  private pop(): void {
    this.depth -= 1;
    if (this.depth > 0) this.restore();
  }

  /** Goes back to the configuration of the top frame. */
  private restore(): void {
    const at = this.top();
    this.giveBackTo(this.frames[at + head.taken] as number);
    while (this.ret > (this.frames[at + head.ret] as number)) this.uncall();
    this.state = this.frames[at + head.state] as number;
    this.isDrawn = this.frames[at + head.isDrawn] as number;
    for (let w = 0; w < this.live.length; w++) {
      this.live[w] = this.frames[at + head.words + w] as number;
    }
    for (let w = 0; w < this.gone.length; w++) {
      this.gone[w] = this.frames[at + head.words + this.live.length + w] as number;
    }
  }

  private giveBackTo(taken: number): void {
    while (this.order.length > taken) this.m.giveBack(this.order.pop() as number);
  }

  /** Takes the last return back, and the calls that followed it. */
  private uncall(): void {
    this.ret -= 1;
    const until = this.c.calledBefore[this.ret] as number;
    while (this.called > until) {
      this.called -= 1;
      if (this.isCrashed(this.called)) continue;
      const s = this.c.slot[this.called] as number;
      this.holder[s] = this.c.formerHolder[this.called] as number;
      this.flying[s >>> 5] = (this.flying[s >>> 5] as number) & ~(1 << (s & 31));
    }
    const s = this.c.slot[this.c.returns[this.ret] as number] as number;
    this.flying[s >>> 5] = (this.flying[s >>> 5] as number) | (1 << (s & 31));
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

const emptyColumns: Columns = {
  returns: nothing,
  calledBefore: nothing,
  slot: nothing,
  formerHolder: nothing,
  slots: 0,
  crashed: nothing,
  crashedBefore: nothing,
};

const idleMachine: Machine = {
  initial: 0,
  pure: new Uint8Array(0),
  classOf: new Float64Array(0),
  isHopeless: false,
  step: () => -1,
  take: () => undefined,
  giveBack: () => undefined,
  mayLeave: () => true,
  isWanted: () => true,
  isDrawnTo: () => true,
};
