/** A list changed by a few is the list that would be made anew. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { changedBy, changedTo } from '../../../reference-impl/discovery/ascending.ts';

describe('lists of instances', () => {
  it('change by what was touched as they do when all of them is compared, in 2,000 random steps', () => {
    const draw = new Prng(5);
    const held = new Set<number>();
    let list: readonly number[] = [];
    for (let step = 0; step < 2_000; step++) {
      const touched = new Set(Array.from({ length: draw.below(6) }, () => draw.below(40)));
      for (const i of touched) {
        if (draw.chance(500)) held.add(i);
        else held.delete(i);
      }
      const whole = changedTo(
        list,
        [...held].sort((a, b) => a - b),
      );
      const change = changedBy(list, touched, (i) => held.has(i));
      assert.deepEqual(change, whole, `step ${step}`);
      list = change.instances;
    }
    assert.ok(list.length > 0);
  });
});
