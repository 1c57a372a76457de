/** `antlion analyse`: figures of scenarios, tokens and histories; as a table, records and CSV. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';

describe('antlion analyse', function () {
  this.timeout(90_000);
  let folder = '';

  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-analyse-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('tells of a history that was written what was told of its run', async () => {
    const run = await antlion(['run', 'leader-crash', '--history', folder, '--json']);
    const [told] = recordsOf(run, 'run');
    const file = told?.['history'] as string;
    const analysed = recordsOf(await antlion(['analyse', file, '--json']), 'figure');
    const figures = told?.['figures'] as Record<string, unknown>[];
    assert.ok(figures.length >= 4);
    for (const f of figures) {
      const again = analysed.find(
        (a) =>
          a['metric'] === f['metric'] &&
          JSON.stringify(a['labels']) === JSON.stringify(f['labels']),
      );
      assert.deepEqual({ ...again, ...f }, again);
    }
  });

  it('tells of several runs what each mechanism costs, and writes the same as CSV', async () => {
    const csv = join(folder, 'figures.csv');
    const args = ['analyse', 'config-changes', '--runs', '2', '--csv', csv];
    const ended = await antlion([...args, '--json']);
    assert.equal(ended.code, 0, ended.stderr);
    const records = recordsOf(ended, 'figure');
    const shares = records.filter((r) => r['metric'] === 'antlion_coordination_bytes_total');
    const sum = shares.reduce((n, r) => n + (r['share'] as number), 0);
    assert.ok(shares.length >= 3 && Math.abs(sum - 1) < 1e-9);
    const [head = '', ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, records.length);
    const columns = head.split(',');
    records.forEach((r, i) => {
      const cells = (lines[i] ?? '').split(',');
      assert.equal(cells.length, columns.length);
      for (const name of ['count', 'p50', 'p999', 'total', 'share']) {
        assert.equal(cells[columns.indexOf(name)], String(r[name] ?? ''));
      }
    });
  });

  it('tells people in columns, the percentiles that were asked for', async () => {
    const { stdout, code } = await antlion(['analyse', 'leader-crash']);
    assert.equal(code, 0);
    assert.match(stdout, /^measured +samples +P50 +P99 +P99\.9 +max$/m);
    assert.match(stdout, /^failover: crash +\d+ +[\d.]+ m?s/m);
    assert.match(stdout, /^coordination messages: consensus +[\d,]+ +[\d,]+ +\d+\.\d %$/m);
  });

  it('refuses what is nothing to analyse, in one message', async () => {
    const bad = join(folder, 'bad.jsonl');
    await antlion(['run', 'minority-partition', '--history', folder]);
    const whole = readFileSync(join(folder, 'minority-partition-seed1.jsonl'), 'utf8');
    writeFileSync(bad, `${whole.split('\n')[0]}\n{"process"\n`);
    const table: [string, number, RegExp][] = [
      ['nowhere.jsonl', 64, /^E_\w+: .*nowhere\.jsonl/],
      ['no-such-scenario', 64, /^E_SCENARIO_UNKNOWN/],
      [bad, 64, /^E_HISTORY: .*bad\.jsonl:2 is not JSON/],
    ];
    for (const [source, code, message] of table) {
      const ended = await antlion(['analyse', source]);
      assert.match(ended.stderr, message);
      assert.equal(ended.code, code);
    }
  });
});
