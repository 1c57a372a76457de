/** The certificate of a level that no anomaly excludes: an order of the transactions, proved by replay. */
import { assert, unreachable } from '../../core/assert.ts';
import type { Analysis } from './analysis.ts';
import { Claims } from './search/claims.ts';
import { edge } from './graph/graph.ts';
import type { Level } from './levels.ts';
import { Problem } from './search/problem.ts';
import { refuteCommitted } from './replay/committed.ts';
import { refuteSerial } from './replay/serial.ts';
import { refuteSnapshots } from './replay/snapshots.ts';
import { schedule, type Schedule } from './search/schedule.ts';

export interface TransactionOrder {
  readonly kind: 'transaction-order';
  readonly level: Level;
  /**
   * Rows in the order in which they ran. Under snapshot isolation: 2r where row r starts, 2r+1 where it
   * commits.
   */
  readonly order: Int32Array;
}

export type Certification =
  | { readonly kind: 'proved'; readonly certificate: TransactionOrder; readonly steps: number }
  | Exclude<Schedule, { kind: 'order' }>;

/** A failed replay is a bug. */
export function certify(analysis: Analysis, level: Level, stepsMax?: number): Certification {
  const found = findOrder(analysis, level, stepsMax);
  if (found.kind !== 'order') return found;
  const { txns, dependencies } = analysis;
  const areSnapshots = level === 'snapshot-isolation';
  const points = areSnapshots ? txns.count * 2 : txns.count;
  const order = found.order.filter(
    (p) => p < points && dependencies.hasHappened[areSnapshots ? p >> 1 : p] === 1,
  );
  const fault = refute(analysis, level, order);
  assert(fault === null, 'a certificate replays', { level, fault });
  const certificate = { kind: 'transaction-order', level, order } as const;
  return { kind: 'proved', certificate, steps: found.steps };
}

/** Edges that every order of a level has to obey. */
export const levelEdges: Readonly<Record<Level, number>> = {
  'strict-serializable': edge.ww | edge.wr | edge.rw | edge.process | edge.realtime,
  'strong-session-serializable': edge.ww | edge.wr | edge.rw | edge.process,
  serializable: edge.ww | edge.wr | edge.rw,
  'repeatable-read': edge.ww | edge.wr | edge.rw,
  'snapshot-isolation': edge.ww | edge.wr | edge.rw,
  'read-committed': edge.ww | edge.wr,
  'read-uncommitted': edge.ww,
};

/**
 * Where the order of versions is known, any order will do in which no edge goes back. It is not known of
 * registers, nor of what was appended and never read, which matters to snapshots: one of two who write
 * the same key must commit before the other starts.
 */
export function findOrder(analysis: Analysis, level: Level, stepsMax?: number): Schedule {
  const { graph, txns } = analysis;
  const isWeak = level === 'read-committed' || level === 'read-uncommitted';
  const isKnown = txns.table.kind === 'list-append' && level !== 'snapshot-isolation';
  if (!isWeak && !isKnown) return schedule(problemOf(analysis, level), stepsMax);
  const isAll = level === 'strict-serializable';
  const order = isAll ? analysis.order : graph.order(levelEdges[level]);
  return { kind: 'order', order, steps: 0 };
}

/** What returned first is due first, and before it what it read. */
function problemOf(analysis: Analysis, level: Level): Problem {
  const { graph, txns, dependencies } = analysis;
  const claims = new Claims(txns, dependencies.hasHappened);
  const due = new Float64Array(txns.count);
  for (let row = 0; row < txns.count; row++) {
    due[row] = txns.table.end.at(row);
    for (const version of claims.makes.of(row)) {
      for (const reader of claims.readers[version] ?? []) {
        due[row] = Math.min(due[row] as number, txns.table.end.at(reader));
      }
    }
  }
  return new Problem(graph, levelEdges[level], claims, level === 'snapshot-isolation', due);
}

function refute(analysis: Analysis, level: Level, order: Int32Array): string | null {
  const { table } = analysis.txns;
  switch (level) {
    case 'strict-serializable':
      return refuteSerial(table, order, 'real time');
    case 'strong-session-serializable':
      return refuteSerial(table, order, 'session');
    case 'serializable':
    case 'repeatable-read':
      return refuteSerial(table, order, 'none');
    case 'snapshot-isolation':
      return refuteSnapshots(table, order);
    case 'read-committed':
    case 'read-uncommitted':
      return refuteCommitted(table, order, level);
    default:
      return unreachable(level);
  }
}
