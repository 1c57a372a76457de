/** What `--json` prints is what its schema says, of every command; and histories can be read back. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { records } from '../../harness/report/records.ts';
import type { RecordType } from '../../harness/report/records.ts';
import { antlion, processesOf, skipUnlessBuilt, until } from './antlion.ts';

interface Line {
  readonly type: RecordType;
  readonly [field: string]: unknown;
}

/** The records that a command printed; fails when one is not as its schema says. */
async function linesOf(args: readonly string[], code: number): Promise<Line[]> {
  const ended = await antlion([...args, '--json']);
  assert.equal(ended.code, code, ended.stderr);
  return parsed(ended.stdout);
}

function parsed(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((text) => {
      const line = JSON.parse(text) as Line;
      assert.ok(Object.hasOwn(records, line.type), `${line.type} has a schema`);
      records[line.type].parse(line);
      return line;
    });
}

const typesOf = (lines: readonly Line[]): RecordType[] => [...new Set(lines.map((l) => l.type))];

describe('--json', function () {
  this.timeout(90_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('tells of a replay what it showed, and keeps its history', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      const runs = await linesOf(['run', 'minority*', '--mutant', 'stale-read', '--runs', '30'], 1);
      const run = runs.find((line) => (line['counterexample'] ?? null) !== null);
      const { token } = run?.['counterexample'] as { token: string };
      const [replay] = await linesOf(['replay', token, '--history', folder], 1);
      assert.deepEqual(
        [replay?.type, replay?.['verdict'], replay?.['isSameTrace'], replay?.['tries']],
        ['replay', 'violated', true, 1],
      );
      assert.match(readFileSync(replay?.['history'] as string, 'utf8'), /"f":"read"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells of a run each promise, counts, and at the end the sum', async () => {
    const lines = await linesOf(['run', 'minority*', '--runs', '2'], 0);
    assert.deepEqual(typesOf(lines), ['run', 'summary']);
    const [run] = lines;
    const promises = run?.['promises'] as { id: string; verdict: string; claim: string }[];
    assert.ok(promises.some((p) => p.id === 'linearizable' && p.claim.length > 20));
    assert.ok(Array.isArray(lines.at(-1)?.['neverReached']));
  });

  it('tells which promise a mutant broke, with its sentences and how to see it again', async () => {
    const lines = await linesOf(['run', 'minority*', '--mutant', 'stale-read', '--runs', '50'], 1);
    const found = lines.find((l) => l['counterexample'] !== null && l.type === 'run');
    const c = found?.['counterexample'] as { promise: string; sentences: string[]; replay: string };
    assert.equal(c.promise, 'linearizable');
    assert.ok(c.sentences.length > 0 && c.replay.startsWith('antlion replay '));
    assert.equal(lines.at(-1)?.['verdict'], 'violated');
  });

  it('has a line for what does not run here', async () => {
    const lines = await linesOf(['run', 'crash-storm', '--env', 'processes'], 2);
    assert.deepEqual(typesOf(lines), ['skipped', 'summary']);
  });

  it('of explore, list, doctor, explain, mutants and check', async () => {
    const explored = await linesOf(['explore', 'minority*', '--runs', '3'], 0);
    assert.deepEqual(typesOf(explored), ['state', 'exploration']);
    assert.deepEqual(typesOf(await linesOf(['list'], 0)), ['scenario', 'system', 'mutant']);
    assert.deepEqual(typesOf(await linesOf(['list', '--mechanisms'], 0)), ['mechanism']);
    assert.deepEqual(typesOf(await linesOf(['list', '--faults'], 0)), ['fault']);
    assert.deepEqual(typesOf(await linesOf(['doctor'], 0)), ['requirement']);
    assert.deepEqual(typesOf(await linesOf(['systems'], 0)), ['product']);
    const explained = await linesOf(['explain', 'failing-dependency', '--question', 'cascade'], 0);
    assert.deepEqual(typesOf(explained), ['explanation']);
    const searched = await linesOf(['mutants', 'dns-old-copy', '--runs', '1', '--json'], 0);
    assert.deepEqual(typesOf(searched), ['search', 'score']);
    // It is one of the last stories that shows it, and the first that is tried.
    assert.equal((searched[0]?.['caught'] as { runs: number }).runs, 1);
    const bad = 'fixtures/histories/linearizable-bad.jsonl';
    const checked = await linesOf(['check', bad, '--model', 'register', '--explain'], 1);
    assert.deepEqual(typesOf(checked), ['check']);
  });
});

describe('--history', function () {
  this.timeout(90_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('writes what antlion check reads back, with faults and nodes beside', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      const args = ['run', 'minority*', '--history', folder, '--json'];
      const [run] = parsed((await antlion(args)).stdout);
      const path = run?.['history'] as string;
      assert.equal(path, join(folder, 'minority-partition-seed1.jsonl'));
      const events = readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { process: number | string; type: string; f: string });
      assert.deepEqual(
        events.slice(0, 1).map((e) => [e.process, e.f]),
        [['antlion', 'run']],
      );
      assert.ok(events.some((e) => e.process === 'nemesis' && e.f === 'partition'));
      assert.ok(events.some((e) => e.process === 'node' && e.f === 'started'));
      const checked = parsed(
        (await antlion(['check', path, '--model', 'register', '--json'])).stdout,
      );
      const counts = run?.['operations'] as { invoked: number };
      assert.deepEqual(
        [checked[0]?.['verdict'], checked[0]?.['operations']],
        ['holds', counts.invoked],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps what a run in processes had when it is stopped, and says that it proves nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      const args = ['run', 'minority*', '--env', 'processes', '--history', folder, '--json'];
      const ended = await antlion(args, {
        meanwhile: async (child, of) => {
          await until(() => processesOf(of).length >= 7 || child.exitCode !== null);
          child.kill('SIGTERM');
        },
      });
      assert.equal(ended.code, 143, ended.stderr);
      const lines = parsed(ended.stdout);
      assert.equal(lines[0]?.['verdict'], 'unknown');
      assert.deepEqual(
        [lines.at(-1)?.['isInterrupted'], lines.at(-1)?.['verdict']],
        [true, 'unknown'],
      );
      assert.deepEqual(readdirSync(folder), ['minority-partition-seed1.jsonl']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of a folder that cannot be written ends before anything is run', async () => {
    const ended = await antlion(['run', 'minority*', '--history', '/proc/nowhere']);
    assert.match(ended.stderr, /^E_FOLDER: histories cannot be written to \/proc\/nowhere/);
    assert.deepEqual([ended.code, ended.stdout], [69, '']);
  });
});
