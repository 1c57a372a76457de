import assert from 'node:assert/strict';
import { waitedUs } from '../../harness/host/waited.ts';

describe('time waited for a processor', () => {
  it('is told in whole µs and never falls', () => {
    let last = 0;
    for (let i = 0; i < 100; i++) {
      const now = waitedUs();
      assert.ok(Number.isInteger(now) && now >= last, `${now} after ${last}`);
      last = now;
    }
  });
});
