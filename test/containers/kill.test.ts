/** A part of `npm run prove -- kills` that every change can afford. */
import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import type { Engine } from '../../harness/containers/engine.ts';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { drawKill, afterKill } from '../prove/kills.ts';
import { madeBy } from '../prove/made-by.ts';
import { engineOrSkip } from './docker.ts';

describe('a run of containers that is killed at any moment', function () {
  this.timeout(180_000);
  let engine: Engine;
  before(async function (this: Context) {
    skipUnlessBuilt(this);
    engine = await engineOrSkip(this);
  });

  for (let i = 0; i < 2; i++) {
    const kill = drawKill('containers', 6, i);
    const { victims, lines, delayMs } = kill;
    it(`leaves nothing: ${victims}, ${delayMs} ms after ${lines} lines of its journal`, async () => {
      assert.deepEqual((await afterKill(kill, (pid) => madeBy(engine, pid))).left, []);
    });
  }
});
