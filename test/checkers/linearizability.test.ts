import assert from 'node:assert/strict';
import { drawnTwins, honestTwins } from './register-twins.ts';
import { searchTwins } from './search-twins.ts';

describe('linearizability against the brute-force twin', () => {
  const cases = 4000;

  for (const [name, agree] of Object.entries(drawnTwins)) {
    it(`agrees on random histories with ${name}`, () => {
      const { legal } = agree(cases);
      assert.ok(legal > cases / 50 && legal < cases * 0.9, `${legal} of ${cases} are legal`);
    });
  }

  for (const [name, agree] of Object.entries(honestTwins)) {
    it(`agrees on honest histories with ${name}, and on those with one result changed`, () => {
      const { illegal } = agree(cases);
      assert.ok(illegal > cases / 20, `${illegal} of ${cases} are illegal`);
    });
  }
});

describe('the search along trails against the search of any object', () => {
  const cases = 10_000;

  for (const [name, agree] of Object.entries(searchTwins)) {
    it(`agrees on ${name} histories`, () => {
      const { legal, illegal } = agree(cases);
      assert.ok(legal > cases / 10 && illegal > cases / 10, `${legal} legal, ${illegal} illegal`);
    });
  }
});
