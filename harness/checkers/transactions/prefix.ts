/** The shortest beginning of a history that is violated already. */
import { assert } from '../../core/assert.ts';
import { never } from '../operations.ts';
import { Analysis } from './analysis.ts';
import type { Anomaly } from './anomaly.ts';
import { findOrder } from './certificate.ts';
import { excludes, type Level } from './levels.ts';
import type { Txns } from './table/txns.ts';

export interface Prefix {
  /** The history up to and including this position is violated. */
  readonly position: number;
  /** False when the budget did not suffice to show that the history before `position` is not. */
  readonly isShortest: boolean;
  /** What is wrong there: of several what breaks the weakest level. */
  readonly anomaly: Anomaly;
}

/** Transactions that may be checked for it, again and again; about a second a million. */
const rowsMax = 5_000_000;

/**
 * Halves what lies before the first position at which an anomaly is known, and follows each anomaly that
 * this shows to where it was known first. `anomalies` are those of the whole history, which has one that
 * the level excludes.
 */
export function shortestPrefix(
  txns: Txns,
  anomalies: readonly Anomaly[],
  level: Level,
  budget = rowsMax,
): Prefix {
  const last = lastPosition(txns);
  let best = worst(anomalies, level, last);
  assert(best !== null, 'a violated history has an anomaly', { level });
  let rows = 0;
  // Up to `low` it is not violated, up to `high` it is.
  let [low, high] = [-1, last];
  let next = Math.min(best.knownAt, last - 1);
  let isNear = false;
  let isShortest = true;
  while (high - low > 1) {
    if (rows > budget) return { position: high, isShortest: false, anomaly: best.anomaly };
    const beginning = txns.upTo(next);
    rows += beginning.count;
    const found = violationOf(beginning, level, next);
    const isViolated = found !== null && found !== 'undecided';
    if (found === 'undecided') isShortest = false;
    if (isViolated) {
      best = found;
      high = found.knownAt;
    } else low = next;
    // The position just before an anomaly is the likeliest to have none; every other time.
    isNear = isViolated && !isNear;
    next = isNear ? high - 1 : (low + high) >> 1;
  }
  return { position: high, isShortest, anomaly: best.anomaly };
}

interface Violation {
  /** Where the first anomaly was known. */
  readonly knownAt: number;
  readonly anomaly: Anomaly;
}

/** Of the last event of a transaction. */
export function lastPosition({ table, count }: Txns): number {
  let last = -1;
  for (let row = 0; row < count; row++) {
    const end = table.end.at(row);
    last = Math.max(last, table.call.at(row), end === never ? -1 : end);
  }
  return last;
}

/** Null: the level excludes none of them. `anomalies` begin with what breaks the weakest level. */
function worst(anomalies: readonly Anomaly[], level: Level, last: number): Violation | null {
  const excluded = anomalies.filter((a) => excludes(level, a.kind));
  const [anomaly] = excluded;
  if (anomaly === undefined) return null;
  return { anomaly, knownAt: Math.min(last, ...excluded.map((a) => a.knownAt)) };
}

/** Null: there is none. */
function violationOf(txns: Txns, level: Level, last: number): Violation | 'undecided' | null {
  const analysis = new Analysis(txns);
  const found = worst(analysis.anomalies, level, last);
  if (found !== null) return found;
  const order = findOrder(analysis, level);
  if (order.kind !== 'none') return order.kind === 'budget' ? 'undecided' : null;
  return { anomaly: order.anomaly, knownAt: last };
}
