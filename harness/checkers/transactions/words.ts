/** Transactions and cycles in words. */
import { canonical } from '../canonical.ts';
import { edge } from './graph.ts';
import type { Txn } from './txn.ts';

/** `T12 of process 3`. */
export function nameTxn(t: Txn): string {
  return `T${t.op.id} of process ${t.op.process}`;
}

/** One sentence an edge of a cycle: why the first comes before the second. */
export function describeEdge(a: Txn, b: Txn, kind: number): string {
  const [from, to] = [nameTxn(a), nameTxn(b)];
  switch (kind) {
    case edge.ww:
      return `${to} wrote over what ${from} wrote (${shared(a, b, true, true)}).`;
    case edge.wr:
      return `${to} read what ${from} wrote (${shared(a, b, true, false)}).`;
    case edge.rw:
      return `${from} did not see what ${to} wrote (${shared(a, b, false, true)}).`;
    case edge.process:
      return `${to} came after ${from} in the same process.`;
    default:
      return `${from} had returned when ${to} was called.`;
  }
}

/** The keys that both touched, each in its way. */
function shared(a: Txn, b: Txn, isAWrite: boolean, isBWrite: boolean): string {
  const keys = (t: Txn, isWrite: boolean): string[] =>
    t.micros.filter((m) => (m.f !== 'r') === isWrite).map((m) => canonical(m.key));
  const of = new Set(keys(b, isBWrite));
  const both = [...new Set(keys(a, isAWrite))].filter((k) => of.has(k));
  return `key ${both.join(' or ')}`;
}
