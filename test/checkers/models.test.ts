/** Every model against the brute-force twin; `npm run prove -- twins` does the same at full size. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { modelTwins } from './model-twins.ts';

describe('models', () => {
  const cases = 1500;

  for (const [name, agree] of Object.entries(modelTwins)) {
    it(`${name}: the search and the brute-force twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});
