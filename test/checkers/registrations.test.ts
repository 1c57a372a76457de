/** Registrations against the brute-force twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { registrationTwins } from './registration-twins.ts';

describe('registrations against the brute-force twins', () => {
  const cases = 4000;

  for (const [name, agree] of Object.entries(registrationTwins)) {
    it(`${name}: the checker and its twin agree`, () => {
      const tally = agree(cases);
      assert.ok(tally.illegal > cases / 50 && tally.legal > cases / 50, JSON.stringify(tally));
    });
  }
});
