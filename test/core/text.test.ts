/** Errors teach, and durations are read and written as people do. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatDuration, parseDuration } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';

describe('durations', () => {
  it('are read', () => {
    assert.equal(parseDuration('200ms'), 200_000);
    assert.equal(parseDuration('1.5 s'), 1_500_000);
    assert.equal(parseDuration('5 min'), 300_000_000);
    assert.throws(() => parseDuration('5'), HarnessError);
    assert.throws(() => parseDuration('soon'), /E_USAGE: duration is "soon", wanted/);
  });

  it('are written', () => {
    assert.equal(formatDuration(250), '250 µs');
    assert.equal(formatDuration(12_300), '12.3 ms');
    assert.equal(formatDuration(4_750_000), '4.75 s');
    assert.equal(formatDuration(370_000_000), '6 min 10 s');
  });
});
