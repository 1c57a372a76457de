/** A part of `npm run prove -- causes`: of two mutants it is known which wrong answer did it, and the step is named. */
import assert from 'node:assert/strict';
import { shrinkBudget } from '../../harness/runner/counterexample.ts';
import { namedCause } from './causes.ts';
import { shrunk } from './shrinking.ts';

describe('the step that is named as the cause', () => {
  for (const [mutant, rule] of [
    ['match-falls', 'matchOf'],
    ['any-server-reads', 'mayServeRead'],
  ] as const) {
    it(`${mutant}: is where ${rule} went wrong`, () => {
      const found = shrunk(mutant, { ...shrinkBudget, eventsMax: 2_000_000, noiseThorough: 4 });
      assert.ok(found !== null);
      const named = namedCause(found, { runs: 8, moments: 6 });
      assert.ok(named !== null && named.decided !== null);
      assert.equal(named.decided.by.rule, rule);
      assert.ok(named.decided.number <= named.decided.wrong);
      assert.equal(named.isRight, true, JSON.stringify(named));
    });
  }
});
