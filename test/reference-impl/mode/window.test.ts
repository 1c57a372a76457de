/** The sliding window against counting everything anew. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { SlidingCount } from '../../../reference-impl/mode/window.ts';

describe('the sliding window', () => {
  it('counts what its slow twin counts, in 10,000 random steps', () => {
    const draw = new Prng(3);
    const slotUs = 1_000;
    const window = new SlidingCount(60 * slotUs);
    let added: number[] = [];
    let nowUs = 0;
    for (let i = 0; i < 10_000; i++) {
      nowUs += draw.below(draw.pick([300, 5_000, 100_000]));
      if (draw.chance(700)) {
        window.add(nowUs);
        added.push(nowUs);
      }
      const slot = Math.floor(nowUs / slotUs);
      added = added.filter((us) => slot - Math.floor(us / slotUs) < 60);
      assert.equal(window.count(nowUs), added.length, `step ${i}`);
    }
  });
});
