import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Context } from 'mocha';
import { thisOwner } from '../../harness/cleanup/process-id.ts';
import { cleanEngine } from '../../harness/containers/clean-engine.ts';
import type { Engine } from '../../harness/containers/engine.ts';
import { runLabel } from '../../harness/containers/labels.ts';
import { engineOrSkip, labelled } from './docker.ts';

describe('what antlion clean does on an engine', function () {
  this.timeout(60_000);
  let engine: Engine;
  before(async function (this: Context) {
    engine = await engineOrSkip(this);
  });

  /** A volume that a run left; of no owner when that is null. */
  async function leave(owner: object | null): Promise<string> {
    const run = randomBytes(5).toString('hex');
    const whose = owner === null ? {} : { 'antlion.owner': JSON.stringify(owner) };
    const Labels = { [runLabel]: run, ...whose };
    await engine.docker.createVolume({ Name: `antlion-${run}`, Labels });
    return run;
  }

  const remove = (run: string) => engine.docker.getVolume(`antlion-${run}`).remove();
  const dead = { ...thisOwner(), started: 'before the flood' };
  const clean = (known: string[] = []) => cleanEngine({ known: new Set(known), images: false });

  it('removes what no journal knows of when the process that made it is gone', async () => {
    const run = await leave(dead);
    const { undone } = await clean();
    assert.deepEqual(
      undone.filter((line) => line.includes(run)),
      [`1 volume of run ${run} on ${engine.address} (process ${dead.pid} is gone)`],
    );
    assert.deepEqual(await labelled(engine, run), []);
  });

  it('leaves what a living process made, and says nothing of it', async () => {
    const run = await leave(thisOwner());
    const { undone, left } = await clean();
    assert.doesNotMatch([...undone, ...left].join(), new RegExp(run));
    assert.equal((await labelled(engine, run)).length, 1);
    await remove(run);
  });

  it('leaves what a journal knows of to the journal', async () => {
    const run = await leave(dead);
    await clean([run]);
    assert.equal((await labelled(engine, run)).length, 1);
    await remove(run);
  });

  for (const [whose, owner] of [
    ['another machine', { ...dead, place: 'elsewhere' }],
    ['nobody', null],
    ['a label that cannot be read', { pid: 'x' }],
  ] as const) {
    it(`tells of what belongs to ${whose}, and leaves it`, async () => {
      const run = await leave(owner);
      const { left } = await clean();
      assert.ok(left.some((line) => line.includes(`1 volume of run ${run}`)));
      assert.equal((await labelled(engine, run)).length, 1);
      await remove(run);
    });
  }

  it('says which images it keeps, and what removes them', async () => {
    const { notes } = await clean();
    assert.match(notes.join(), /^(kept for the next run: \d+ images?, \d+ MB.*clean --images)?$/);
  });
});

describe('antlion clean without an engine', () => {
  const before = process.env['DOCKER_HOST'];
  afterEach(() => {
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
  });

  it('does not take one that was asked for and is silent for a clean one', async () => {
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    const { left } = await cleanEngine({ known: new Set(), images: false });
    assert.match(left.join(), /E_NO_DOCKER.*tcp:\/\/127\.0\.0\.1:1/);
  });
});
