/** The checkers that count, by the names that people pass. */
import { tallyCounter, tallyGauge } from './bounds.ts';
import { tallyCausalReverse } from './causal-reverse.ts';
import { tallyMonotonic } from './monotonic.ts';
import { tallyAvailability, tallyPerformance } from './performance.ts';
import { tallySetFull } from './set-full.ts';
import { tallyErrors, tallyStats } from './stats.ts';
import type { Tally } from './tally.ts';
import { tallyTotalQueue } from './total-queue.ts';
import { tallyUniqueIds } from './unique-ids.ts';

const tallies: ReadonlyMap<string, Tally> = new Map<string, Tally>([
  ['set-full', tallySetFull],
  ['total-queue', tallyTotalQueue],
  ['unique-ids', tallyUniqueIds],
  ['monotonic', tallyMonotonic],
  ['causal-reverse', tallyCausalReverse],
  ['counter-bounds', tallyCounter],
  ['gauge', tallyGauge],
  ['stats', tallyStats],
  ['errors', tallyErrors],
  ['performance', tallyPerformance],
  ['availability', tallyAvailability],
]);

/** They are about all keys together, and about anything a client did. */
const figuresAlone = new Set(['stats', 'errors', 'performance', 'availability']);

export const tallyNames: readonly string[] = [...tallies.keys()];

/** Null: the model is none of these. */
export function tallyOf(model: string): Tally | null {
  return tallies.get(model) ?? null;
}

/** Is the model about each key by itself? */
export function isByKey(model: string): boolean {
  return tallies.has(model) && !figuresAlone.has(model);
}
