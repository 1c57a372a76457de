/** More neighbours go at once than a node knows of. */
import assert from 'node:assert/strict';
import { runSeed, scenarioOf } from '../../prove/runs.ts';

describe('a ring of peers', () => {
  it('closes when all that a node knew to come next have gone together', () => {
    // Five neighbours of one node, between 9.5 and 17.6 s.
    const { judgement } = runSeed(scenarioOf('chord-churn'), 86, null);
    const own = judgement.verdicts.filter((v) => v.invariant.startsWith('lookup-'));
    assert.deepEqual(
      own.map((v) => v.kind),
      ['holds', 'holds'],
    );
  });
});
