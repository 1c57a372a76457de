/** A part of `npm run prove -- kills` that every change can afford. */
import assert from 'node:assert/strict';
import { afterKill, drawKill } from '../prove/kills.ts';
import { skipUnlessBuilt } from '../cli/antlion.ts';

describe('a run that is killed at any moment', function () {
  this.timeout(120_000);
  before(function () {
    skipUnlessBuilt(this);
    if (process.platform !== 'linux') this.skip();
  });

  for (let i = 0; i < 6; i++) {
    const kill = drawKill('processes', 1, i);
    const { victims, scenario, lines, delayMs } = kill;
    it(`leaves nothing of ${scenario}: ${victims}, ${delayMs} ms after ${lines} lines`, async () => {
      assert.deepEqual((await afterKill(kill, () => Promise.resolve([]))).left, []);
    });
  }
});
