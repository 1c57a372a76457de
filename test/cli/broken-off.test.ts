/** A run of a suite that breaks off costs itself alone, unless no other run could do better. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { brokenOff } from '../../harness/cli/run/broken-off.ts';
import { HarnessError } from '../../harness/core/errors.ts';

const run = { scenario: 'keys-kill', seed: 3, environment: 'processes', elapsedMs: 5_000 };

describe('a run that breaks off', () => {
  it('is unknown and says why: never success', () => {
    const report = brokenOff(new HarnessError('E_FAULT', 'crash cannot begin. Run it again.'), run);
    assert.equal(report?.verdict, 'unknown');
    assert.deepEqual(report.promises, []);
    assert.deepEqual(report.remarks, ['E_FAULT: crash cannot begin. Run it again.']);
  });

  it('ends the command by what no other run could mend, and by a bug', () => {
    assert.equal(brokenOff(new HarnessError('E_NO_PROGRAM', 'no etcd. Install it.'), run), null);
    assert.equal(brokenOff(new TypeError('x is undefined'), run), null);
  });
});
