/** Elections against the brute-force twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { electionTwins } from './election-twins.ts';

describe('elections against the brute-force twins', () => {
  const cases = 4000;

  for (const [name, agree] of Object.entries(electionTwins)) {
    it(`${name}: the checker and its twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});
