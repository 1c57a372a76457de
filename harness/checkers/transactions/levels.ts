/** Consistency levels, and which anomalies each excludes (Adya 1999; Elle's consistency-model lattice). */
import type { Anomaly, AnomalyClass, CycleBase, OrderSuffix } from './anomaly.ts';
import { dataEdges, edge } from './graph/graph.ts';

/**
 * Strongest first, as far as they can be compared. A level is broken by its own classes and by all that
 * break a level below it ({@link below}).
 *
 * Repeatable read is Adya's PL-2.99. It differs from serializability in predicates alone, and these
 * histories read items only: the two exclude the same. Snapshot isolation is not below it in general, as
 * it excludes phantoms; of items it allows more, namely cycles in which two anti-dependencies follow one
 * another (Cerone & Gotsman, "Analysing snapshot isolation", 2018).
 *
 * From snapshot isolation down to read atomic as Cerone, Bernardi & Gotsman have them ("A framework for
 * transactional consistency models with atomic visibility", 2015): what a transaction sees is its
 * snapshot; levels say what a snapshot must hold beside what the transaction read from.
 */
export const levels = [
  'strict-serializable',
  'strong-session-serializable',
  'serializable',
  'repeatable-read',
  'snapshot-isolation',
  'parallel-snapshot-isolation',
  'prefix',
  'session-causal',
  'causal',
  'read-atomic',
  'read-committed',
  'read-uncommitted',
] as const;

export type Level = (typeof levels)[number];

/** What each level promises besides: the next weaker ones. */
const below: Readonly<Record<Level, readonly Level[]>> = {
  'strict-serializable': ['strong-session-serializable'],
  'strong-session-serializable': ['serializable', 'session-causal'],
  serializable: ['repeatable-read'],
  'repeatable-read': ['snapshot-isolation'],
  'snapshot-isolation': ['parallel-snapshot-isolation', 'prefix'],
  'parallel-snapshot-isolation': ['causal'],
  prefix: ['causal'],
  'session-causal': ['causal'],
  causal: ['read-atomic'],
  'read-atomic': ['read-committed'],
  'read-committed': ['read-uncommitted'],
  'read-uncommitted': [],
};

/** Edges that every order of a level has to obey. */
export const levelEdges: Readonly<Record<Level, number>> = {
  'strict-serializable': dataEdges | edge.process | edge.realtime,
  'strong-session-serializable': dataEdges | edge.process,
  serializable: dataEdges,
  'repeatable-read': dataEdges,
  'snapshot-isolation': dataEdges,
  'parallel-snapshot-isolation': edge.ww | edge.wr,
  prefix: dataEdges,
  'session-causal': edge.ww | edge.wr | edge.process,
  causal: edge.ww | edge.wr,
  'read-atomic': edge.ww | edge.wr,
  'read-committed': edge.ww | edge.wr,
  'read-uncommitted': edge.ww,
};

/** Of a level transactions start, which fixes what they see, and commit later. */
export function hasSnapshots(level: Level): boolean {
  return level === 'snapshot-isolation' || level === 'prefix';
}

const bases: readonly CycleBase[] = ['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item'];
const suffixed = (suffix: OrderSuffix): AnomalyClass[] =>
  bases.map((b) => `${b}${suffix}` as const);

/** By level: what breaks it and none below. */
const brokenBy: Readonly<Record<Level, readonly AnomalyClass[]>> = {
  'strict-serializable': [...suffixed('-realtime'), 'no-realtime-order'],
  'strong-session-serializable': [...suffixed('-process'), 'no-session-order'],
  serializable: [],
  'repeatable-read': ['G2-item', 'no-serial-order'],
  'snapshot-isolation': ['G-nonadjacent', 'no-snapshot-order'],
  'parallel-snapshot-isolation': ['G-single', 'lost-update'],
  prefix: ['no-prefix-order'],
  'session-causal': ['G0-process', 'G1c-process', 'session-causality-violation'],
  causal: ['causality-violation'],
  'read-atomic': ['fractured-read', 'internal'],
  'read-committed': [
    'G1a',
    'G1b',
    'G1c',
    'dirty-update',
    'unwritten-read',
    // Two versions of which neither continues the other: one at least was never committed.
    'incompatible-order',
    // A transaction that depends on itself.
    'future-read',
  ],
  'read-uncommitted': ['G0', 'duplicate-elements'],
};

/** Whatever keeps `level` keeps `weaker`, too. Each level implies itself. */
export function implies(level: Level, weaker: Level): boolean {
  return level === weaker || below[level].some((l) => implies(l, weaker));
}

/** Does `level` exclude an anomaly of this class? */
export function excludes(level: Level, kind: AnomalyClass): boolean {
  return brokenBy[level].includes(kind) || below[level].some((l) => excludes(l, kind));
}

/** What breaks the weakest levels first; nothing that breaks none. */
export function bySeverity(anomalies: readonly Anomaly[]): Anomaly[] {
  const strength = (a: Anomaly): number => levels.findLastIndex((l) => excludes(l, a.kind));
  return anomalies.toSorted((a, b) => strength(b) - strength(a));
}
