/**
 * What goes into a queue must come out, in any order. After `jepsen.checker/total-queue` (Jepsen
 * 0.3.14-SNAPSHOT, checker.clj); the history has to drain the queue.
 *
 * *Lost*: enqueued for sure, and more often than it came out. *Unexpected*: came out, and nobody had begun to
 * enqueue it. *Duplicated*: came out more often than anybody tried to enqueue it; at-least-once queues
 * may do that. *Recovered*: came out although its enqueue had no answer, or had failed.
 *
 * A dequeue that never returned may have taken an element with it. Jepsen calls that lost; here it is
 * unknown as long as such dequeues could have taken all that is missing.
 */
import type { Json } from '../../core/host.ts';
import { identity } from '../canonical.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import {
  arrayOf,
  elementsOf,
  type Figures,
  named,
  type Tallied,
  type TallyFault,
} from './tally.ts';

interface Item {
  readonly value: Json;
  /** In order of their calls. */
  readonly attempts: Op[];
  readonly acknowledged: Op[];
  readonly out: Op[];
}

/** Linear, but for sorting. `dequeue` → value (null: it was empty), `drain` → values. */
export function tallyTotalQueue({ ops, failed }: JepsenHistory): Tallied {
  const items = new Map<number | string, Item>();
  const itemOf = (value: Json): Item => {
    const known = items.get(identity(value));
    if (known !== undefined) return known;
    const item: Item = { value, attempts: [], acknowledged: [], out: [] };
    items.set(identity(value), item);
    return item;
  };
  for (const op of [...ops, ...failed].sort((a, b) => a.call - b.call)) {
    if (op.f === 'enqueue') itemOf(op.input).attempts.push(op);
  }
  for (const op of ops) {
    if (!isCompleted(op)) continue;
    if (op.f === 'enqueue') itemOf(op.input).acknowledged.push(op);
    for (const value of takenBy(op)) itemOf(value).out.push(op);
  }
  const all = [...items.values()];
  const figures = figuresOf(all);
  const unexpected = all.filter((item) => unexpectedIn(item) !== undefined);
  if (unexpected.length > 0) return { kind: 'violated', figures, fault: surprise(unexpected) };
  const lost = all.filter((item) => lossOf(item) > 0);
  if (lost.length === 0) return holdsOrNothing(figures);
  const crashed = ops.filter((op) => isTaking(op) && !isCompleted(op));
  const missing = lost.reduce((sum, item) => sum + lossOf(item), 0);
  if (crashed.some((op) => op.f === 'drain') || crashed.length >= missing) {
    const reason = `${named(lost.map((i) => i.value))} never came out, and may have been taken by one of ${crashed.length} that took from the queue and had no answer`;
    return { kind: 'unknown', figures, reason };
  }
  return { kind: 'violated', figures, fault: loss(lost, crashed.length, ops) };
}

function isTaking(op: Op): boolean {
  return op.f === 'dequeue' || op.f === 'drain';
}

function takenBy(op: Op): readonly Json[] {
  if (op.f === 'drain') return arrayOf(op, 'total-queue') ?? [];
  return op.f === 'dequeue' && op.output !== null ? [op.output] : [];
}

/** What came out of nowhere: before anybody had begun to enqueue it. */
function unexpectedIn({ attempts, out }: Item): Op | undefined {
  const first = attempts[0];
  return out.find((op) => first === undefined || op.ret < first.call);
}

function lossOf({ acknowledged, out }: Item): number {
  return Math.max(0, acknowledged.length - out.length);
}

function figuresOf(all: readonly Item[]): Figures {
  const sum = (of: (item: Item) => number): number => all.reduce((n, item) => n + of(item), 0);
  const okOf = ({ attempts, out }: Item): number => Math.min(attempts.length, out.length);
  const duplicatesOf = (item: Item): number =>
    item.attempts.length === 0 ? 0 : Math.max(0, item.out.length - item.attempts.length);
  const unexpectedOf = ({ attempts: [first], out }: Item): number =>
    first === undefined ? out.length : out.filter((op) => op.ret < first.call).length;
  const recoveredOf = (item: Item): number => Math.max(0, okOf(item) - item.acknowledged.length);
  const list = (name: string, of: (item: Item) => number): Figures => {
    const some = all.filter((item) => of(item) > 0).map((item) => item.value);
    return some.length === 0 ? {} : { [name]: elementsOf(some) };
  };
  return {
    attempts: sum((i) => i.attempts.length),
    acknowledged: sum((i) => i.acknowledged.length),
    ok: sum(okOf),
    lost: sum(lossOf),
    unexpected: sum(unexpectedOf),
    duplicated: sum(duplicatesOf),
    recovered: sum(recoveredOf),
    ...list('lostElements', lossOf),
    ...list('unexpectedElements', unexpectedOf),
    ...list('duplicatedElements', duplicatesOf),
    ...list('recoveredElements', recoveredOf),
  };
}

function holdsOrNothing(figures: Figures): Tallied {
  const { acknowledged, duplicated, recovered } = figures;
  if (acknowledged === 0) return { kind: 'unknown', figures, reason: 'no enqueue succeeded' };
  const sentence = `All ${String(acknowledged)} elements that were enqueued for sure came out, ${String(duplicated)} more often than that; ${String(recovered)} came out that nobody was sure of.`;
  return { kind: 'holds', figures, sentences: [sentence] };
}

function surprise(items: readonly Item[]): TallyFault {
  const faults = items.map((item): readonly [Item, Op] => [item, unexpectedIn(item) as Op]);
  const [item, op] = faults.reduce((a, b) => (b[1].ret < a[1].ret ? b : a));
  const later = item.attempts[0];
  const rest =
    later === undefined
      ? `nobody ever enqueued ${named([item.value])}`
      : `${nameOp(later)} was only called ${moment(later.callUs, later.call)}`;
  return {
    ops: later === undefined ? [op] : [op, later],
    sentences: [`${nameOp(op)} returned ${moment(op.retUs, op.ret)}: ${rest}.`],
    position: op.ret,
    isShortest: true,
  };
}

function loss(lost: readonly Item[], crashed: number, ops: readonly Op[]): TallyFault {
  const item = lost[0] as Item;
  const enqueue = item.acknowledged[item.out.length] as Op;
  const last = ops.findLast((op) => isTaking(op) && isCompleted(op));
  const ends =
    last === undefined
      ? 'nobody took anything from the queue'
      : `the last that came out did so ${moment(last.retUs, last.ret)}`;
  const also = lost.length === 1 ? '' : ` So were ${named(lost.slice(1).map((i) => i.value))}.`;
  const perhaps =
    crashed === 0
      ? ''
      : ` ${crashed} that took from the queue had no answer, and more than that are missing.`;
  return {
    ops: [enqueue, ...(last === undefined ? [] : [last])].sort((a, b) => a.call - b.call),
    sentences: [
      `${nameOp(enqueue)} returned ${moment(enqueue.retUs, enqueue.ret)} and never came out: ${ends}.${also}${perhaps}`,
    ],
    position: Math.max(...ops.map((op) => (isCompleted(op) ? op.ret : op.call))),
    // Only the whole of a history shows what is missing.
    isShortest: false,
  };
}
