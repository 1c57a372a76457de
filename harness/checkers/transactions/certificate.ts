/** The certificate of a level that no anomaly excludes: an order of the transactions, proved by replay. */
import { assert, unreachable } from '../../core/assert.ts';
import type { Analysis } from './analysis.ts';
import { Claims } from './search/claims.ts';
import type { Found } from './found.ts';
import { hasSnapshots, type Level, levelEdges } from './levels.ts';
import { noOrder } from './no-order.ts';
import { type Form, Problem } from './search/problem.ts';
import { refuteCommitted } from './replay/committed.ts';
import { refuteSerial } from './replay/serial.ts';
import { refuteSnapshots } from './replay/snapshots.ts';
import { refuteVisible } from './replay/visible.ts';
import { schedule } from './search/schedule.ts';
import { sights, visibleOrder } from './visibility/order.ts';

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
  | Exclude<Found, { kind: 'order' }>;

/** A failed replay is a bug. */
export function certify(analysis: Analysis, level: Level, stepsMax?: number): Certification {
  const found = findOrder(analysis, level, stepsMax);
  if (found.kind !== 'order') return found;
  const { txns, dependencies } = analysis;
  const areSnapshots = hasSnapshots(level);
  const points = areSnapshots ? txns.count * 2 : txns.count;
  const order = found.order.filter(
    (p) => p < points && dependencies.hasHappened[areSnapshots ? p >> 1 : p] === 1,
  );
  const fault = refute(analysis, level, order);
  assert(fault === null, 'a certificate replays', { level, fault });
  const certificate = { kind: 'transaction-order', level, order } as const;
  return { kind: 'proved', certificate, steps: found.steps };
}

/**
 * Where the order of versions is known, any order will do in which no edge goes back. It is not known of
 * registers, nor of what was appended and never read, which matters to snapshots: one of two who write
 * the same key must commit before the other starts.
 */
export function findOrder(analysis: Analysis, level: Level, stepsMax?: number): Found {
  if (level === 'parallel-snapshot-isolation') return parallel(analysis);
  const sight = sights[level];
  if (sight !== undefined) return visibleOrder(analysis, level, sight);
  const { graph, txns } = analysis;
  const isWeak = level === 'read-committed' || level === 'read-uncommitted';
  const isKnown = txns.table.kind === 'list-append' && !hasSnapshots(level);
  if (!isWeak && !isKnown) {
    const found = schedule(problemOf(analysis, level), stepsMax);
    if (found.kind !== 'none') return found;
    return { kind: 'none', anomaly: noOrder(analysis, level, found.circle), steps: found.steps };
  }
  const isAll = level === 'strict-serializable';
  const order = isAll ? analysis.order : graph.order(levelEdges[level]);
  return { kind: 'order', order, steps: 0 };
}

/**
 * Where the order of versions is known, no cycle with one anti-dependency is enough (Cerone & Gotsman,
 * 2018), and such cycles are anomalies. Where it is not, snapshot isolation proves it or nothing does.
 */
function parallel({ dependencies, graph }: Analysis): Found {
  if (!dependencies.isOrderKnown) {
    return { kind: 'budget', got: 'who of several wrote a key first is not known', steps: 0 };
  }
  const order = graph.order(levelEdges['parallel-snapshot-isolation']);
  return { kind: 'order', order, steps: 0 };
}

/** What returned first is due first, and before it what it read. */
export function problemOf(analysis: Analysis, level: Level): Problem {
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
  return new Problem(graph, levelEdges[level], claims, formOf(level), due);
}

function formOf(level: Level): Form {
  if (level === 'snapshot-isolation') return 'snapshots apart';
  return level === 'prefix' ? 'snapshots' : 'serial';
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
      return refuteSnapshots(table, order, true);
    case 'prefix':
      return refuteSnapshots(table, order, false);
    case 'parallel-snapshot-isolation':
    case 'session-causal':
    case 'causal':
    case 'read-atomic':
      return refuteVisible(table, order, level);
    case 'read-committed':
    case 'read-uncommitted':
      return refuteCommitted(table, order, level);
    default:
      return unreachable(level);
  }
}
