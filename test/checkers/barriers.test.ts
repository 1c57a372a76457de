/** Barriers and configurations: the checkers say what their twins say. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { barrierTwins } from './barrier-twins.ts';

describe('barriers and configurations', () => {
  for (const [name, agree] of Object.entries(barrierTwins)) {
    it(`${name}, as its slow twin says, on 3,000 random histories`, () => {
      const { legal, illegal } = agree(3_000);
      assert.ok(legal > 300 && illegal > 300, `${legal} legal and ${illegal} illegal`);
    });
  }
});
