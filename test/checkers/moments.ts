/** What twins of judges of leases share: they look at each moment. */
import assert from 'node:assert/strict';
import type { Op } from '../../harness/checkers/operations.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { VerdictKind } from '../../harness/core/verdict.ts';
import { type Agreement, show } from './twin.ts';

/** Clocks that are wrong by a tenth. */
export const bounds = { driftPpm: 100_000 };

/** Until when a lease that was started by this call lasts for sure. */
export function leaseEndUs(callUs: number, ttlUs: number): number {
  const million = 1_000_000;
  return callUs + Math.floor((ttlUs * (million - bounds.driftPpm)) / (million + bounds.driftPpm));
}

/** Throws an AssertionError with the seed where they disagree. */
export function holdAgainst(
  cases: number,
  drawOps: (draw: Prng) => Op[],
  check: (ops: readonly Op[]) => { readonly kind: VerdictKind },
  isLegal: (ops: readonly Op[]) => boolean,
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawOps(new Prng(seed));
    const { kind } = check(ops);
    const expected = isLegal(ops);
    const text = ops.map((o) => `${o.process} ${o.key}: ${show([o])}`).join('\n');
    // Unknown: nothing succeeded that could contradict anything.
    assert.equal(kind === 'violated', !expected, `seed ${seed}: ${kind}\n${text}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}
