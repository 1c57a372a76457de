/** A sample of pairs of kinds in processes; all of them: `npm run prove -- pairs`. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { processes } from '../../harness/processes/environment.ts';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { runPairs, samplePairs } from '../conformance/real-pairs.ts';

describe('pairs of faults in processes', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('mean what they mean in simulation, in a sample that has every kind', async () => {
    const sample = samplePairs();
    const { wrong, untold, notDone } = await runPairs(processes(), sample, sample.length / 2);
    assert.deepEqual({ wrong, notDone }, { wrong: [], notDone: [] });
    assert.ok(untold.length <= sample.length / 2, `${untold.length} of ${sample.length} untold`);
  });
});
