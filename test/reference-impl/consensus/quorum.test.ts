/** The commit index against its slow twin: sort and pick. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { majorityOf, reachedByMajority } from '../../../reference-impl/consensus/quorum.ts';

function sortAndPick(values: Float64Array): number {
  const descending = [...values].sort((a, b) => b - a);
  return descending[majorityOf(values.length) - 1] as number;
}

describe('what a majority has reached', () => {
  it('is the same as sorting and picking, in 20,000 random cases', () => {
    const seed = 20261123;
    const draw = new Prng(seed);
    for (let i = 0; i < 20_000; i++) {
      const values = new Float64Array(1 + draw.below(9)).map(() => draw.below(6));
      assert.equal(
        reachedByMajority(values),
        sortAndPick(values),
        `seed ${seed}, case ${i}: ${[...values].join(' ')}`,
      );
    }
  });
});
