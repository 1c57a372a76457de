/** Consistency levels, and which anomalies each excludes (Adya 1999; Elle's consistency-model lattice). */
import type { Anomaly, AnomalyClass, CycleBase, OrderSuffix } from './anomaly.ts';

/**
 * Strongest first. Each is broken by its own classes and by all that break a weaker level below.
 *
 * Repeatable read is Adya's PL-2.99. It differs from serializability in predicates alone, and these
 * histories read items only: the two exclude the same. Snapshot isolation is not below it in general, as
 * it excludes phantoms; of items it allows more, namely cycles in which two anti-dependencies follow one
 * another (Cerone & Gotsman, "Analysing snapshot isolation", 2018).
 */
export const levels = [
  'strict-serializable',
  'strong-session-serializable',
  'serializable',
  'repeatable-read',
  'snapshot-isolation',
  'read-committed',
  'read-uncommitted',
] as const;

export type Level = (typeof levels)[number];

const bases: readonly CycleBase[] = ['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item'];
const suffixed = (suffix: OrderSuffix): AnomalyClass[] =>
  bases.map((b) => `${b}${suffix}` as const);

const brokenBy: Readonly<Record<Level, readonly AnomalyClass[]>> = {
  'strict-serializable': [...suffixed('-realtime'), 'no-realtime-order'],
  'strong-session-serializable': [...suffixed('-process'), 'no-session-order'],
  serializable: [],
  'repeatable-read': ['G2-item', 'no-serial-order'],
  'snapshot-isolation': [
    'G-single',
    'G-nonadjacent',
    'internal',
    'lost-update',
    'no-snapshot-order',
  ],
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

/** Does `level` exclude an anomaly of this class? */
export function excludes(level: Level, kind: AnomalyClass): boolean {
  return levels.slice(levels.indexOf(level)).some((l) => brokenBy[l].includes(kind));
}

/** The strongest level that excludes none of the anomalies; null: not even the weakest holds. */
export function strongestLevel(anomalies: readonly Anomaly[]): Level | null {
  return levels.find((l) => !anomalies.some((a) => excludes(l, a.kind))) ?? null;
}

/** What breaks the weakest levels first; nothing that breaks none. */
export function bySeverity(anomalies: readonly Anomaly[]): Anomaly[] {
  const strength = (a: Anomaly): number => levels.findLastIndex((l) => excludes(l, a.kind));
  return anomalies.toSorted((a, b) => strength(b) - strength(a));
}
