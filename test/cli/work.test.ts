/** Budgets by work: what is run depends on what was asked for, and never on how fast the machine is. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
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

  // A run of minority-partition is 5 nodes for 4 s, one of election 7 for 21 s.
  const two = ['minority-partition', 'election'];

  it('is spread evenly over scenarios, at least one run each', async () => {
    const runs = await runsOf(...two, '--work', '300', '--seed', '7');
    const own = (name: string): string[] => runs.filter((r) => r.startsWith(name));
    assert.deepEqual(own('election'), ['election 7']);
    assert.ok(own('minority-partition').length > 2, runs.join(', '));
    assert.equal(own('minority-partition')[0], 'minority-partition 7');
    assert.deepEqual(await runsOf(...two, '--work', '1', '--seed', '7'), [
      'minority-partition 7',
      'election 7',
    ]);
  });

  it('is the same in parts', async () => {
    const whole = await runsOf(...two, '--work', '300');
    const parts = await Promise.all(
      ['1/2', '2/2'].map((part) => runsOf(...two, '--work', '300', '--shard', part)),
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
