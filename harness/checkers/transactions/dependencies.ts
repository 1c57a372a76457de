/** What lists and registers tell of the order of transactions: all that the two kinds differ in. */
import type { Findings } from './findings.ts';
import type { Link } from './graph/graph.ts';

export const nobody = -1;
export const somebody = -2;

export interface Dependencies {
  /** By row: 1 if it took effect: it committed, or somebody saw what it wrote. */
  readonly hasHappened: Uint8Array;
  /** What is wrong without any cycle. */
  readonly findings: Findings;
  /** Do the edges tell of any two who wrote a key which of them came first? */
  readonly isOrderKnown: boolean;
  /** Nodes of the graph that stand for no transaction. */
  readonly extras: number;
  /**
   * The row that wrote what a read of a committed transaction saw of others; `nobody`: it saw the state
   * before all writes; `somebody`: whose it is, is not known, or it was not to be seen.
   */
  writerOf(read: number): number;
  /** The same edges each time; `base` is the number of the first extra node. */
  link(base: number, link: Link): void;
  /** Why row `a` comes before row `b`, and since which position that is known. */
  reason(a: number, b: number, kind: number): Reason;
}

export interface Reason {
  readonly sentence: string;
  readonly knownAt: number;
}
