import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Context } from 'mocha';
import type { Engine } from '../../harness/containers/engine.ts';
import { createNetworks } from '../../harness/containers/networks.ts';
import { removeRun } from '../../harness/containers/resources.ts';
import { engineOrSkip, labelled } from './docker.ts';

describe('the networks of a run', function () {
  this.timeout(120_000);
  let engine: Engine;
  const runs: string[] = [];
  before(async function (this: Context) {
    engine = await engineOrSkip(this);
  });
  afterEach(async () => {
    for (const run of runs.splice(0)) assert.deepEqual(await removeRun(engine, run), []);
  });

  function newRun(): string {
    const run = randomBytes(5).toString('hex');
    runs.push(run);
    return run;
  }

  const specs = (run: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `antlion-${run}-${i}`, isPublished: false }));

  it('of 25 nodes fit beside those of others, in two runs at once', async () => {
    // More than an engine's own pools hold in all.
    await Promise.all(
      [newRun(), newRun()].map(async (run) => {
        await createNetworks(engine, run, specs(run, 26));
        assert.equal((await labelled(engine, run)).length, 26);
      }),
    );
  });

  it('have all been tried when one fails: nothing is left after their removal', async () => {
    const run = newRun();
    const wanted = specs(run, 6);
    const refused = { name: '', isPublished: false };
    await assert.rejects(createNetworks(engine, run, [refused, ...wanted]), { code: 'E_ENGINE' });
    assert.equal((await labelled(engine, run)).length, 6);
    await removeRun(engine, run);
    assert.deepEqual(await labelled(engine, run), []);
  });

  it('take the engine’s own addresses when ours are used up', async () => {
    const run = newRun();
    await createNetworks(engine, run, specs(run, 2), { base: (198 << 24) >>> 0, blocks: 1 });
    assert.equal((await labelled(engine, run)).length, 2);
  });
});
