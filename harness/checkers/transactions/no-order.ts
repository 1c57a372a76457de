/** Why no order of the transactions is possible, where the order of versions is known only in part. */
import { never } from '../operations.ts';
import type { Analysis } from './analysis.ts';
import type { Anomaly, OrderClass } from './anomaly.ts';
import { levelEdges } from './certificate.ts';
import type { Reason } from './dependencies.ts';
import { edge } from './graph/graph.ts';
import type { Level } from './levels.ts';
import type { Precedence } from './search/problem.ts';
import type { Step } from './search/schedule.ts';
import { Words } from './words.ts';

const classes: Readonly<Partial<Record<Level, OrderClass>>> = {
  'strict-serializable': 'no-realtime-order',
  'strong-session-serializable': 'no-session-order',
  'snapshot-isolation': 'no-snapshot-order',
};

export function noOrder(analysis: Analysis, level: Level, circle: readonly Step[]): Anomaly {
  const reasons = circle.map((step, i) => {
    const next = (circle[(i + 1) % circle.length] as Step).row;
    return reasonOf(analysis, level, step, next);
  });
  return {
    kind: classes[level] ?? 'no-serial-order',
    rows: [...new Set(circle.flatMap((step) => rowsOf(step)))],
    sentences: reasons.map((r) => r.sentence),
    knownAt: Math.max(...reasons.map((r) => r.knownAt)),
  };
}

/** With the reader from whom an order was concluded. */
function rowsOf({ row, concluded }: Step): number[] {
  return concluded === null || concluded.reader === -1 ? [row] : [row, concluded.reader];
}

function reasonOf(analysis: Analysis, level: Level, step: Step, next: number): Reason {
  const { row, via, isFromStart, concluded } = step;
  if (concluded !== null) return conclusion(analysis, row, next, concluded);
  const isSnapshot = level === 'snapshot-isolation';
  const ofPoint = isSnapshot ? (isFromStart ? edge.rw : ~edge.rw) : ~0;
  const kinds = analysis.graph.kindsBetween(row, via) & levelEdges[level] & ofPoint;
  const order = [edge.ww, edge.wr, edge.rw, edge.process, edge.realtime];
  const kind = order.find((k) => (kinds & k) !== 0);
  if (kind !== undefined) return analysis.reason(row, next, kind);
  const words = new Words(analysis.txns.table);
  const sentence = `${words.name(next)} can only come after ${words.name(row)}, wherever else their writes stand.`;
  return { sentence, knownAt: lastEnd(analysis, [row, next]) };
}

function conclusion(
  analysis: Analysis,
  row: number,
  next: number,
  { key, reader }: Precedence,
): Reason {
  const words = new Words(analysis.txns.table);
  const [first, second] = [words.name(row), words.name(next)];
  const why =
    reader === -1
      ? 'and one must have committed before the other began'
      : `as it comes before ${words.name(reader)}, which read what ${second} wrote`;
  const sentence = `${first} wrote ${words.key(key)} before ${second} did, ${why}.`;
  const rows = reader === -1 ? [row, next] : [row, next, reader];
  return { sentence, knownAt: lastEnd(analysis, rows) };
}

/** Those of unknown outcome have none. */
function lastEnd({ txns }: Analysis, rows: readonly number[]): number {
  const ends = rows.map((row) => txns.table.end.at(row));
  return Math.max(0, ...ends.filter((end) => end !== never));
}
