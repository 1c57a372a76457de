/** Orders between transactions whatever they read and wrote: of one session, and in real time. */
import { edge, type Link } from './graph.ts';
import type { Txns } from '../table/txns.ts';

/** The orders of those transactions that took effect. */
export class Orders {
  /** Nodes that stand for moments: after some had returned, before others were called. */
  readonly moments: number;
  private readonly txns: Txns;
  private readonly hasHappened: Uint8Array;
  /** By row: the first moment after its return; -1: none. */
  private readonly momentAfter: Int32Array;
  /** By row: the last moment before its call; -1: none. */
  private readonly momentBefore: Int32Array;

  constructor(txns: Txns, hasHappened: Uint8Array) {
    this.txns = txns;
    this.hasHappened = hasHappened;
    this.momentAfter = new Int32Array(txns.count).fill(-1);
    this.momentBefore = new Int32Array(txns.count).fill(-1);
    const { call, end } = txns.table;
    const { byEnd } = txns;
    let [next, moments] = [0, 0];
    for (let row = 0; row < txns.count; row++) {
      if (hasHappened[row] === 0) continue;
      const from = next;
      while (next < byEnd.length && end.at(byEnd[next] as number) < call.at(row)) {
        this.momentAfter[byEnd[next++] as number] = moments;
      }
      if (next > from) moments += 1;
      this.momentBefore[row] = moments - 1;
    }
    this.moments = moments;
  }

  /**
   * Each committed transaction of a session before its next one. One of unknown outcome may take effect
   * after the next was called, and is before nothing.
   */
  linkSessions(link: Link): void {
    const { session } = this.txns.table;
    const last = new Map<number, number>();
    for (let row = 0; row < this.txns.count; row++) {
      if (this.hasHappened[row] === 0) continue;
      const before = last.get(session.at(row));
      if (before !== undefined) link(before, row, edge.process);
      if (this.txns.isCommitted(row)) last.set(session.at(row), row);
    }
  }

  /**
   * Whoever returned before another was called comes before it: by a chain of moments, which are nodes
   * from `base` on, instead of an edge for each pair.
   */
  linkRealTime(base: number, link: Link): void {
    for (let row = 0; row < this.txns.count; row++) {
      const after = this.momentAfter[row] as number;
      const before = this.momentBefore[row] as number;
      if (after !== -1) link(row, base + after, edge.realtime);
      if (before !== -1) link(base + before, row, edge.realtime);
    }
    for (let m = 1; m < this.moments; m++) link(base + m - 1, base + m, edge.realtime);
  }
}
