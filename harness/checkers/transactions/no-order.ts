/** Why no order of the transactions is possible, where the order of versions is known only in part. */
import { never } from '../operations.ts';
import type { Analysis } from './analysis.ts';
import type { Anomaly, OrderClass } from './anomaly.ts';
import type { Reason } from './dependencies.ts';
import { edge } from './graph/graph.ts';
import { hasSnapshots, type Level, levelEdges } from './levels.ts';
import type { Precedence } from './search/problem.ts';
import type { Step } from './search/schedule.ts';
import { Words } from './words.ts';

const classes: Readonly<Partial<Record<Level, OrderClass>>> = {
  'strict-serializable': 'no-realtime-order',
  'strong-session-serializable': 'no-session-order',
  'snapshot-isolation': 'no-snapshot-order',
  prefix: 'no-prefix-order',
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

/** With whom an order was concluded from. */
function rowsOf({ row, concluded }: Step): number[] {
  const other = concluded === null ? -1 : third(concluded);
  return other === -1 ? [row] : [row, other];
}

function third({ why }: Precedence): number {
  if (why.kind === 'before reader') return why.reader;
  return why.kind === 'after writer' ? why.writer : -1;
}

function reasonOf(analysis: Analysis, level: Level, step: Step, next: number): Reason {
  const { row, via, isFromStart, concluded } = step;
  if (concluded !== null) return conclusion(analysis, row, next, concluded);
  const ofPoint = hasSnapshots(level) ? (isFromStart ? edge.rw : ~edge.rw) : ~0;
  const kinds = analysis.graph.kindsBetween(row, via) & levelEdges[level] & ofPoint;
  const order = [edge.ww, edge.wr, edge.rw, edge.process, edge.realtime];
  const kind = order.find((k) => (kinds & k) !== 0);
  if (kind !== undefined) return analysis.reason(row, next, kind);
  const words = new Words(analysis.txns.table);
  const sentence = `${words.name(next)} can only come after ${words.name(row)}, wherever else their writes stand.`;
  return { sentence, knownAt: lastEnd(analysis, [row, next]) };
}

function conclusion(analysis: Analysis, row: number, next: number, concluded: Precedence): Reason {
  const words = new Words(analysis.txns.table);
  const [first, second] = [words.name(row), words.name(next)];
  const key = words.key(concluded.key);
  const other = third(concluded);
  const knownAt = lastEnd(analysis, other === -1 ? [row, next] : [row, next, other]);
  const tell = (sentence: string): Reason => ({ sentence, knownAt });
  switch (concluded.why.kind) {
    case 'before reader':
      return tell(
        `${first} wrote ${key} before ${second} did, as it comes before ${words.name(other)}, which read what ${second} wrote.`,
      );
    case 'after writer':
      return tell(
        `${first} read what ${words.name(other)} wrote to ${key}, and ${second} overwrote it, as it comes after ${words.name(other)}.`,
      );
    case 'apart':
      return tell(
        `${first} and ${second} both write ${key}, and the first must have committed before the other began.`,
      );
  }
}

/** Those of unknown outcome have none. */
function lastEnd({ txns }: Analysis, rows: readonly number[]): number {
  const ends = rows.map((row) => txns.table.end.at(row));
  return Math.max(0, ...ends.filter((end) => end !== never));
}
