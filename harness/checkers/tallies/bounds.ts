/**
 * Sums that are read while they change: a read lies between what must have been counted and what may have
 * been. Necessary, not sufficient: model `counter` looks for an order of all operations, too.
 *
 * `counter-bounds` is `jepsen.checker/counter` (Jepsen 0.3.14-SNAPSHOT, checker.clj): `add` of what is not
 * negative, `read` → sum. `gauge` goes both ways (`add`, `increment`, `decrement`) and is set by `write`;
 * Jepsen has none: what a `write` leaves begins a new count.
 */
import { firstWhere } from '../bisect.ts';
import type { Json } from '../../core/host.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { unknownOperation } from '../models/unknown.ts';
import { isCompleted, never, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type Figures, numberIn, type Tallied, type TallyFault } from './tally.ts';

export function tallyCounter(history: JepsenHistory, initial: Json): Tallied {
  return tally(history, initial, 'counter-bounds', (op) => {
    if (op.f !== 'add' && op.f !== 'increment') {
      return unknownOperation('counter-bounds', op, 'add and read');
    }
    const n = amountOf(op, 'counter-bounds');
    return n >= 0 ? n : unknownOperation('counter-bounds', op, 'add of what is not negative');
  });
}

export function tallyGauge(history: JepsenHistory, initial: Json): Tallied {
  return tally(history, initial, 'gauge', (op) => {
    if (op.f === 'add' || op.f === 'increment') return amountOf(op, 'gauge');
    if (op.f === 'decrement') return -amountOf(op, 'gauge');
    return unknownOperation('gauge', op, 'add, increment, decrement, write and read');
  });
}

function amountOf(op: Op, model: string): number {
  return op.input === null ? 1 : numberIn(op, op.input, model);
}

/** O(n · (log n + operations at a time)), and writes that never returned as often as there are reads. */
function tally(
  { ops }: JepsenHistory,
  initial: Json,
  model: string,
  changeOf: (op: Op) => number,
): Tallied {
  const isSet = (op: Op): boolean => model === 'gauge' && op.f === 'write';
  const sums = new Sums(ops.filter((op) => op.f !== 'read' && !isSet(op)).map(changeIn));
  const bases = new Bases(
    ops.filter(isSet).map((op) => baseOf(op, numberIn(op, op.input, model), sums)),
    baseOf(null, initial === null ? 0 : Number(initial), sums),
  );
  let first: TallyFault | null = null;
  let [reads, wrong] = [0, 0];
  for (const read of ops) {
    if (read.f !== 'read' || !isCompleted(read) || read.output === null) continue;
    reads += 1;
    const seen = numberIn(read, read.output, model);
    const ranges = bases.before(read).map((base) => sums.range(base, read));
    if (ranges.some(({ low, high }) => low <= seen && seen <= high)) continue;
    wrong += 1;
    if (first === null || read.ret < first.position) first = outside(read, ranges, ops);
  }
  const figures: Figures = { changes: sums.size, reads, outside: wrong };
  if (first !== null) return { kind: 'violated', figures, fault: first };
  if (reads === 0) return { kind: 'unknown', figures, reason: 'no read completed' };
  const sentence = `${reads} reads lie between what must have been counted and what may have been.`;
  return { kind: 'holds', figures, sentences: [sentence] };

  function changeIn(op: Op): Change {
    const n = changeOf(op);
    return { op, up: Math.max(n, 0), down: Math.min(n, 0) };
  }
}

interface Change {
  readonly op: Op;
  readonly up: number;
  readonly down: number;
}

/** From where it is counted: a write, or the beginning. */
interface Base {
  readonly value: number;
  readonly call: number;
  readonly ret: number;
  /** Changes that were under way when it returned. */
  readonly open: readonly Change[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function baseOf(op: Op | null, value: number, sums: Sums): Base {
  if (op === null) return { value, call: -1, ret: -1, open: [] };
  return { value, call: op.call, ret: op.ret, open: sums.openAt(op.ret) };
}

class Sums {
  private readonly byCall: readonly Change[];
  private readonly byRet: readonly Change[];
  private readonly called: Totals;
  private readonly returned: Totals;
  /** By place in `byCall`: the latest return up to there of those that did. */
  private readonly latest: readonly number[];

  constructor(changes: readonly Change[]) {
    this.byCall = [...changes].sort((a, b) => a.op.call - b.op.call);
    this.byRet = changes.filter(({ op }) => isCompleted(op)).sort((a, b) => a.op.ret - b.op.ret);
    this.called = new Totals(this.byCall);
    this.returned = new Totals(this.byRet);
    let latest = -1;
    this.latest = this.byCall.map(({ op }) => {
      if (isCompleted(op)) latest = Math.max(latest, op.ret);
      return latest;
    });
  }

  get size(): number {
    return this.byCall.length;
  }

  /** Completed ones that were called by `position` and returned after it. */
  openAt(position: number): Change[] {
    if (position === never) return [];
    const open: Change[] = [];
    let i = firstWhere(this.byCall.length, (at) => (this.byCall[at] as Change).op.call > position);
    for (i -= 1; i >= 0 && (this.latest[i] as number) > position; i--) {
      const change = this.byCall[i] as Change;
      if (isCompleted(change.op) && change.op.ret > position) open.push(change);
    }
    return open;
  }

  /** Between what surely came between the base and the read, and what may have. */
  range(base: Base, read: Op): Range {
    const sure = this.sureBetween(base, read);
    const all = this.called.upTo(this.calledBefore(read.ret));
    // What had returned when the base was called is behind it.
    const behind = this.returned.upTo(this.returnedBefore(base.call));
    const perhapsDown = all.down - behind.down - sure.down;
    const perhapsUp = all.up - behind.up - sure.up;
    const counted = base.value + sure.up + sure.down;
    return { low: counted + perhapsDown, high: counted + perhapsUp };
  }

  private sureBetween(base: Base, read: Op): Sum {
    if (base.ret > read.call) return { up: 0, down: 0 };
    const returned = this.returned.upTo(this.returnedBefore(read.call));
    const earlier = this.returned.upTo(this.returnedBefore(base.ret));
    let [up, down] = [returned.up - earlier.up, returned.down - earlier.down];
    for (const change of base.open) {
      if (change.op.ret > read.call) continue;
      up -= change.up;
      down -= change.down;
    }
    return { up, down };
  }

  private calledBefore(position: number): number {
    return firstWhere(this.byCall.length, (i) => (this.byCall[i] as Change).op.call > position);
  }

  private returnedBefore(position: number): number {
    return firstWhere(this.byRet.length, (i) => (this.byRet[i] as Change).op.ret > position);
  }
}

interface Sum {
  readonly up: number;
  readonly down: number;
}

/** Sums of beginnings. */
class Totals {
  private readonly sums: Sum[] = [{ up: 0, down: 0 }];

  constructor(changes: readonly Change[]) {
    let sum: Sum = { up: 0, down: 0 };
    for (const { up, down } of changes) {
      sum = { up: sum.up + up, down: sum.down + down };
      this.sums.push(sum);
    }
  }

  upTo(count: number): Sum {
    return this.sums[count] as Sum;
  }
}

/** Which writes a read may count from. */
class Bases {
  private readonly initial: Base;
  /** Those that returned: in order of their calls, and of their returns. */
  private readonly byCall: readonly Base[];
  private readonly byRet: readonly Base[];
  private readonly crashed: readonly Base[];
  /** By place in `byCall`: the latest return up to there. */
  private readonly latestRet: readonly number[];
  /** By place in `byRet`: the latest call up to there. */
  private readonly latestCall: readonly number[];

  constructor(bases: readonly Base[], initial: Base) {
    this.initial = initial;
    const completed = bases.filter((b) => b.ret !== never);
    this.crashed = bases.filter((b) => b.ret === never);
    this.byCall = [...completed].sort((a, b) => a.call - b.call);
    this.byRet = [...completed].sort((a, b) => a.ret - b.ret);
    this.latestRet = running(this.byCall.map((b) => b.ret));
    this.latestCall = running(this.byRet.map((b) => b.call));
  }

  /** All that no other write surely stands between. */
  before(read: Op): Base[] {
    const returned = firstWhere(this.byRet.length, (i) => (this.byRet[i] as Base).ret > read.call);
    const last = returned === 0 ? -1 : (this.latestCall[returned - 1] as number);
    const found = this.crashed.filter((b) => b.call < read.ret);
    if (last < 0) found.push(this.initial);
    let i = firstWhere(this.byCall.length, (at) => (this.byCall[at] as Base).call > read.ret);
    for (i -= 1; i >= 0 && (this.latestRet[i] as number) > last; i--) {
      const base = this.byCall[i] as Base;
      if (base.ret > last) found.push(base);
    }
    return found;
  }
}

function running(values: readonly number[]): number[] {
  let greatest = -1;
  return values.map((v) => (greatest = Math.max(greatest, v)));
}

function outside(read: Op, ranges: readonly Range[], ops: readonly Op[]): TallyFault {
  const low = Math.min(...ranges.map((r) => r.low));
  const high = Math.max(...ranges.map((r) => r.high));
  const isBelow = Number(read.output) < low;
  // The last that changed it before the read, or while it ran: it was counted wrongly, or not at all.
  const before = ops.filter((op) => op.f !== 'read' && op.call < read.ret && isCompleted(op));
  const last = before.findLast((op) => (isBelow ? op.ret < read.call : true));
  const allowed = low === high ? `${low}` : `${low} to ${high}`;
  const gap = ranges.length > 1 ? ', and not all of that' : '';
  return {
    ops: last === undefined ? [read] : [last, read],
    sentences: [
      ...(last === undefined
        ? []
        : [`${nameOp(last)} returned ${moment(last.retUs, last.ret)}, the last before that.`]),
      `${nameOp(read)} was called ${moment(read.callUs, read.call)} and returned ${moment(read.retUs, read.ret)}: what was counted by then allows ${allowed}${gap}.`,
    ],
    position: read.ret,
    isShortest: true,
  };
}
