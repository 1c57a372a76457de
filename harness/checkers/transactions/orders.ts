/** Orders between transactions that hold whatever they read and wrote: of one process, and in real time. */
import { isCompleted } from '../operations.ts';
import { edge, type Graph } from './graph.ts';
import type { Txn } from './txn.ts';

/** How many nodes `addRealTime` needs on top of the transactions. */
export function instantsOf(txns: readonly Txn[]): number {
  return txns.reduce((n, t) => n + (t.status === 'committed' ? 1 : 0), 0);
}

/** Each transaction of a process before its next one. */
export function addProcessOrder(graph: Graph, txns: readonly Txn[]): void {
  const last = new Map<number, number>();
  for (const t of txns) {
    if (t.status === 'aborted') continue;
    const before = last.get(t.op.process);
    if (before !== undefined) graph.add(before, t.id, edge.process);
    last.set(t.op.process, t.id);
  }
}

/**
 * Whoever returned before another was called comes before it. A chain of moments, one a return, says
 * so with three edges a transaction instead of one a pair.
 */
export function addRealTime(graph: Graph, txns: readonly Txn[]): void {
  const called = txns.filter((t) => t.status !== 'aborted');
  const returned = called.filter((t) => isCompleted(t.op)).sort((a, b) => a.op.ret - b.op.ret);
  let next = 0;
  // `called` is in order of calls: as many moments have passed as returns lie before.
  for (const t of called) {
    for (; next < returned.length && (returned[next] as Txn).op.ret < t.op.call; next++) {
      const moment = txns.length + next;
      graph.add((returned[next] as Txn).id, moment, edge.realtime);
      if (next > 0) graph.add(moment - 1, moment, edge.realtime);
    }
    if (next > 0) graph.add(txns.length + next - 1, t.id, edge.realtime);
  }
}
