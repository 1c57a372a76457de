/** What members tell against the brute-force twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { memberTwins } from './member-twins.ts';

describe('what members tell against the brute-force twins', () => {
  const cases = 3000;

  for (const [name, agree] of Object.entries(memberTwins)) {
    it(`${name}: the judge and its twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});
