/** Budgets by work: what is run depends on what was asked for, and never on how fast the machine is. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { election } from '../../scenarios/election.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import { antlion, skipUnlessBuilt } from './antlion.ts';

describe('a budget of work', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-work-'));
  before(function () {
    skipUnlessBuilt(this);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function runsOf(...words: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await antlion(['run', ...words, '--json'], { cwd: folder });
    assert.ok(code === 0 || code === 1, stderr);
    const records = stdout
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l) as Run);
    return records.filter((r) => r.type === 'run').map((r) => `${r.scenario} ${r.seed}`);
  }

  const two = ['minority-partition', 'election'];
  const [short, long] = [minorityPartition, election].map((s) => {
    const { shape, durationUs } = programOf(s, 7, 'virtual', null);
    return (durationUs / 1_000_000) * (shape.nodes.length + shape.clients);
  }) as [number, number];

  it('is spread evenly over scenarios, at least one run each', async () => {
    assert.ok(short < long && long <= 2 * short, `${short} and ${long}`);
    const work = Math.ceil(2 * 2 * short);
    assert.deepEqual(await runsOf(...two, '--work', String(work), '--seed', '7'), [
      'minority-partition 7',
      'minority-partition 8',
      'election 7',
    ]);
    assert.deepEqual(await runsOf(...two, '--work', '1', '--seed', '7'), [
      'minority-partition 7',
      'election 7',
    ]);
  });

  it('is the same in parts', async () => {
    const words = [...two, '--work', String(Math.ceil(4 * short))];
    const whole = await runsOf(...words);
    const parts = await Promise.all(
      ['1/2', '2/2'].map((part) => runsOf(...words, '--shard', part)),
    );
    assert.deepEqual(parts.flat(), whole);
    assert.ok(parts.every((p) => p.length > 0));
  });

  it('bounds a search and its shrinking', async () => {
    const words = ['minority-partition', '--mutant', 'stale-read', '--seed', '7'];
    const ended = await antlion(['run', ...words, '--work', '1', '--shrink-events', '1'], {
      cwd: folder,
    });
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(
      ended.stdout,
      /shrunk from (\d+) steps to \d+ in \d tries[^]*stopped by the budget/,
    );
  });

  for (const more of [['--runs', '3'], ['--env', 'processes'], ['--last-failed']]) {
    it(`is refused with ${more.join(' ')}`, async () => {
      const ended = await antlion(['run', ...two, '--work', '9', ...more], { cwd: folder });
      assert.equal(ended.code, 64);
      assert.match(ended.stderr, /^E_USAGE: --work is of drawn runs in simulation/);
    });
  }
});

interface Run {
  readonly type: string;
  readonly scenario: string;
  readonly seed: number;
}
