/**
 * How operations ended. After `jepsen.checker/stats` and `unhandled-exceptions` (Jepsen 0.3.14-SNAPSHOT,
 * checker.clj). Neither is ever violated: they say what a verdict of others rests on.
 */
import type { Ending, JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted } from '../operations.ts';
import { nameOp } from '../words.ts';
import { type Figures, grouped, type Tallied } from './tally.ts';

interface Count {
  ok: number;
  fail: number;
  info: number;
}

/**
 * What never completed counts as `info`. Unknown as long as no operation of some name succeeded: then nothing
 * that was said about those was put to the test. (Jepsen's code says false there, its manual unknown.)
 */
export function tallyStats({ ops, failed }: JepsenHistory): Tallied {
  const byF = new Map<string, Count>();
  const countOf = (f: string): Count => {
    const count = byF.get(f) ?? { ok: 0, fail: 0, info: 0 };
    byF.set(f, count);
    return count;
  };
  for (const op of ops) countOf(op.f)[isCompleted(op) ? 'ok' : 'info'] += 1;
  for (const op of failed) countOf(op.f).fail += 1;
  const figures: Figures = Object.fromEntries(
    [...byF].sort().map(([f, count]) => [f, { ...count }]),
  );
  const never = [...byF].filter(([, { ok }]) => ok === 0).map(([f]) => f);
  if (byF.size === 0) return { kind: 'unknown', figures, reason: 'no operation was invoked' };
  if (never.length > 0) {
    const reason = `none of the operations ${never.sort().join(', ')} succeeded`;
    return { kind: 'unknown', figures, reason };
  }
  const sentences = [...byF]
    .sort()
    .map(([f, { ok, fail, info }]) => `${f}: ${ok} ok, ${fail} fail, ${info} info.`);
  return { kind: 'holds', figures, sentences };
}

/** By what was told, the most frequent first: errors that a client handled, and exceptions that none did. */
export function tallyErrors({ endings, invoked }: JepsenHistory): Tallied {
  if (invoked === 0) return { kind: 'unknown', figures: {}, reason: 'no operation was invoked' };
  if (endings === undefined) {
    return { kind: 'unknown', figures: {}, reason: 'nothing is known of errors' };
  }
  const told = endings.filter((e) => e.error !== null);
  // Jepsen counts those alone whose outcome nobody knows.
  const unhandled = told.filter((e) => e.type === 'info' && e.error?.isUnhandled === true);
  const handled = told.filter((e) => !unhandled.includes(e));
  const figures: Figures = {
    unhandled: unhandled.length,
    handled: handled.length,
    byName: Object.fromEntries(ranked(told).map(([name, all]) => [name, all.length])),
  };
  const sentences = [
    ...(unhandled.length === 0 ? ['No client met an error that it did not handle.'] : []),
    ...ranked(unhandled).map(([name, all]) => sentenceOf(name, all, 'handled by no client')),
    ...ranked(handled).map(([name, all]) => sentenceOf(name, all, 'told to a client')),
  ];
  return { kind: 'holds', figures, sentences };
}

function ranked(endings: readonly Ending[]): [string, Ending[]][] {
  const groups = [...grouped(endings, (e) => e.error?.name ?? '')];
  return groups.sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
}

function sentenceOf(name: string, [first, ...more]: readonly Ending[], how: string): string {
  if (first === undefined) return '';
  return `${name}, ${how}, ended ${more.length + 1} operations; the first is ${nameOp(first.op)}.`;
}
