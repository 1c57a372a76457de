/** What lists and registers tell of the order of transactions: all that the two kinds differ in. */
import type { Findings } from './findings.ts';
import type { Link } from './graph/graph.ts';

export interface Dependencies {
  /** By row: 1 if it took effect: it committed, or somebody saw what it wrote. */
  readonly hasHappened: Uint8Array;
  /** What is wrong without any cycle. */
  readonly findings: Findings;
  /** Nodes of the graph that stand for no transaction. */
  readonly extras: number;
  /** The same edges each time; `base` is the number of the first extra node. */
  link(base: number, link: Link): void;
  /** Why row `a` comes before row `b`, and since which position that is known. */
  reason(a: number, b: number, kind: number): Reason;
}

export interface Reason {
  readonly sentence: string;
  readonly knownAt: number;
}
