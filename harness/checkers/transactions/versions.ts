/** The versions of one key, and who wrote and read them: what both kinds of transactions come down to. */
import type { Json } from '../../core/host.ts';
import { identity } from '../canonical.ts';
import { edge, type Graph } from './graph.ts';
import type { Micro, Txn } from './txn.ts';

export interface Write {
  readonly txn: Txn;
  /** The last write of this key by the transaction: what others may see. */
  readonly isFinal: boolean;
}

/** What keys and values go by in maps (`identity`). */
export type Id = number | string;

/** By key and value: its writer. */
export type Writers = ReadonlyMap<Id, ReadonlyMap<Id, Write>>;

/** Who wrote what. A value that is written twice is told to `twice`. */
export function writersOf(
  txns: readonly Txn[],
  twice: (key: Id, value: Json, first: Txn, second: Txn) => void,
): Writers {
  const writers = new Map<Id, Map<Id, Write>>();
  for (const txn of txns) {
    const last = new Map<Id, Micro>();
    for (const m of txn.micros) if (m.f !== 'r') last.set(identity(m.key), m);
    for (const m of txn.micros) {
      if (m.f === 'r') continue;
      const key = identity(m.key);
      const of = writers.get(key) ?? new Map<Id, Write>();
      writers.set(key, of);
      const value = identity(m.value);
      const first = of.get(value);
      if (first !== undefined) twice(key, m.value, first.txn, txn);
      else of.set(value, { txn, isFinal: last.get(key) === m });
    }
  }
  return writers;
}

/** The edges of one version that follows another at once; null: the state before any write. */
export function addFollows(
  graph: Graph,
  writer: Txn | null,
  readers: readonly Txn[],
  next: Txn,
): void {
  if (next.status === 'aborted') return;
  if (writer !== null) graph.add(writer.id, next.id, edge.ww);
  for (const r of readers) graph.add(r.id, next.id, edge.rw);
}
