import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { isLameAt, unchangedSinceUs } from '../../../reference-impl/probes/judge/spells.ts';

const stepUs = 100_000;

describe('the spells of a program', () => {
  it('last since the last moment at which it was otherwise', () => {
    const draw = new Prng(1);
    for (let i = 0; i < 200; i++) {
      const flapTurnUs = draw.between(2, 60) * stepUs;
      const spells = {
        lameAtUs: draw.between(0, 300) * stepUs,
        lameForUs: draw.below(200) * stepUs,
        flapForUs: draw.below(3) * draw.between(0, 200) * stepUs,
        flapTurnUs,
        flapOtherUs: draw.below(flapTurnUs / stepUs) * stepUs,
      };
      const us = draw.below(900) * stepUs;
      let sinceUs = us;
      const isSame = (at: number): boolean => isLameAt(spells, at) === isLameAt(spells, us);
      while (sinceUs > 0 && isSame(sinceUs - stepUs)) sinceUs -= stepUs;
      assert.equal(unchangedSinceUs(spells, us), sinceUs, JSON.stringify({ spells, us }));
    }
  });
});
