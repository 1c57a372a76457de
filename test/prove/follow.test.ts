/** Seconds of what `npm run prove -- follow` does for an hour. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { followFor } from './follow.ts';

describe('the judge that stays, in small', function () {
  this.timeout(30_000);

  it('tells each stale read at 5,000 operations a second, within its memory', async function () {
    skipUnlessBuilt(this);
    const { injected, toldMs, memoryMibMax, verdict } = await followFor({
      seconds: 4,
      perSecond: 5_000,
      stale: 3,
      seed: 7,
    });
    assert.equal(injected, 3);
    assert.equal(toldMs.length, injected);
    assert.equal(verdict, 'violated');
    assert.ok(memoryMibMax <= 512, `${memoryMibMax} MiB`);
  });

  it('has nothing to tell of clients that read what is there', async function () {
    skipUnlessBuilt(this);
    const plan = { seconds: 2, perSecond: 5_000, stale: 0, seed: 8 };
    const { verdict, operations } = await followFor(plan);
    assert.equal(verdict, 'holds');
    assert.ok(operations > 5_000);
  });
});
