/** What a walk through those that a transaction sees needs to know. */
import type { Analysis } from '../analysis.ts';
import { somebody } from '../dependencies.ts';
import { edge } from '../graph/graph.ts';
import { Claims } from '../search/claims.ts';
import { PairIndex } from '../table/pair-index.ts';

/** Whom a transaction sees: whom it read from; whom those saw, too; its session before it as well. */
export type Sight = 'read from' | 'reached' | 'reached in sessions';

/** `seen` came before `writer` (a row, or `nobody`), as `reader` saw it and yet read `read` from the writer. */
export type Visit = (seen: number, writer: number, reader: number, read: number) => void;

/** Edges along which something is seen. */
export const sightEdges: Readonly<Record<Sight, number>> = {
  'read from': edge.wr,
  reached: edge.wr,
  'reached in sessions': edge.wr | edge.process,
};

/** What a walk needs to know. Rows are those that took effect. */
export interface Seen {
  readonly analysis: Analysis;
  /** Edges along which one sees another. */
  readonly mask: number;
  /** Rows in an order in which no such edge goes back. */
  readonly order: Int32Array;
  /** By key and row: is the row one that wrote the key? */
  readonly writes: PairIndex;
  readonly claims: Claims;
  /** By row: its reads that show whose write they saw, as pairs of read and writer. */
  readonly reads: readonly (readonly Read[])[];
}

export interface Read {
  readonly read: number;
  readonly key: number;
  /** A row, or `nobody`. */
  readonly writer: number;
}

export function seenBy(analysis: Analysis, mask: number): Seen {
  const { txns, graph, dependencies } = analysis;
  const { hasHappened } = dependencies;
  const claims = new Claims(txns, hasHappened);
  const order = graph.order(mask).filter((row) => row < txns.count && hasHappened[row] === 1);
  const writes = new PairIndex();
  for (const row of order) {
    for (const version of claims.makes.of(row)) writes.add(claims.keyOf.at(version), row, 1);
  }
  const reads: Read[][] = Array.from({ length: txns.count }, () => []);
  for (const row of txns.byEnd) reads[row] = readsOf(analysis, row);
  return { analysis, mask, order, writes, claims, reads };
}

function readsOf({ txns, dependencies }: Analysis, row: number): Read[] {
  const { table, writes } = txns;
  const reads: Read[] = [];
  for (let m = table.from.at(row); m < table.to.at(row); m++) {
    if (table.isWrite.at(m) === 1) continue;
    // What a register holds after its transaction touched it shows nothing new.
    if (table.kind === 'rw-register' && writes.previous[m] !== -1) continue;
    const writer = dependencies.writerOf(m);
    if (writer !== somebody && writer !== row)
      reads.push({ read: m, key: table.key.at(m), writer });
  }
  return reads;
}
