/** What `run`, `replay`, `list` and `--help` print, as scripts and people rely on it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, bin, skipUnlessBuilt } from './antlion.ts';

interface Line {
  readonly type: string;
  readonly scenario: string;
  readonly environment: string;
  readonly seed: number;
  readonly verdict: string;
  readonly operations: { readonly invoked: number };
  readonly faults: { readonly effective: number };
  readonly traceHash: string | null;
  readonly counterexample: { readonly steps: string[]; readonly token: string } | null;
}

/** One a run: what else is printed, the JSON tests look at. */
const linesOf = (stdout: string): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.type === 'run');

async function interruptedAtFirstWord(child: ChildProcess): Promise<void> {
  await new Promise((wake) => child.stdout?.once('data', wake));
  child.kill('SIGINT');
}

describe('antlion', function () {
  this.timeout(90_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('--help loads nothing heavy: few files of ours, commander and its types', () => {
    const loaded = loadedBy('--help');
    const packages = loaded.flatMap(
      (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [],
    );
    // Commander itself is loaded by its types' package, not by node's own loader.
    assert.deepEqual([...new Set(packages)], ['@commander-js/extra-typings']);
    const own = loaded.filter((url) => url.includes('/dist/'));
    assert.ok(own.length <= 8, own.join('\n'));
    const bytes = own.reduce((sum, url) => sum + statSync(new URL(url)).size, 0);
    assert.ok(bytes < 64 * 1_024, `${bytes} bytes of ours`);
  });

  it('list --json names every scenario and mutant', async () => {
    const { code, stdout } = await antlion(['list', '--json']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    assert.equal(code, 0);
    assert.ok(lines.filter((l) => 'scenario' in l && 'claim' in l).length >= 6);
    assert.ok(lines.filter((l) => 'mutant' in l).length >= 6);
  });

  it('run --json prints the fields of a run, one line each; run k uses seed n + k', async () => {
    const args = ['run', 'minority*', '--seed', '40', '--runs', '3', '--json'];
    const { code, stdout } = await antlion(args);
    const lines = linesOf(stdout);
    assert.equal(code, 0);
    assert.deepEqual(
      lines.map((l) => l.seed),
      [40, 41, 42],
    );
    for (const l of lines) {
      assert.deepEqual(
        [l.scenario, l.environment, l.verdict],
        ['minority-partition', 'simulation', 'holds'],
      );
      assert.ok(l.operations.invoked > 0 && l.faults.effective > 0);
      assert.match(l.traceHash ?? '', /^[0-9a-f]+$/);
      assert.equal(l.counterexample, null);
    }
  });

  it('gives the same trace for the same seed, in another process and under load', async () => {
    const args = ['run', 'minority*', '--seed', '7', '--runs', '2', '--json'];
    const hashes = async (): Promise<unknown[]> =>
      linesOf((await antlion(args)).stdout).map((l) => l.traceHash);
    const alone = await hashes();
    const burn = [0, 1].map(() =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    try {
      assert.deepEqual(await Promise.all([hashes(), hashes()]), [alone, alone]);
    } finally {
      for (const child of burn) child.kill('SIGKILL');
    }
    assert.notEqual(alone[0], alone[1]);
  });

  it('finds a mutant, and its token shows the same trace again', async () => {
    const args = ['run', 'minority*', '--mutant', 'stale-read', '--runs', '200', '--json'];
    const found = await antlion(args);
    assert.equal(found.code, 1, found.stderr);
    const last = linesOf(found.stdout).at(-1);
    assert.equal(last?.verdict, 'violated');
    const { steps, token } = last.counterexample ?? { steps: [], token: '' };
    assert.ok(steps.length > 0 && steps.length <= 10, `${steps.length} steps`);
    const again = await antlion(['replay', token]);
    assert.equal(again.code, 1, again.stderr);
    assert.match(
      again.stdout,
      /linearizable is violated: [^]*\n\(try 1 of 1, same trace\)\n +[·1] /,
    );
    assert.ok(again.stdout.includes(`antlion replay ${token}`));
  });

  it('tells verdicts, the operations that did not succeed, and the sum', async () => {
    const { code, stdout } = await antlion(['run', 'minority*', 'slow-link']);
    assert.equal(code, 0);
    assert.match(stdout, /^✔ holds {5}minority-partition {3}1 run, 180 operations \(\d+ ok, /m);
    assert.match(stdout, /^2 scenarios: 2 hold; 2 runs, [\d,]+ operations .*\d+\.\d s$/m);
    assert.doesNotMatch(stdout, /\b1 (runs|faults|operations|scenarios)\b/);
  });

  it('tells the verdict of a scenario before the next has ended', async () => {
    const ended = await antlion(['run', 'minority*', 'one-way*', '--runs', '40'], {
      meanwhile: interruptedAtFirstWord,
    });
    assert.equal(ended.code, 130);
    assert.match(ended.stdout, /^✔ holds {5}minority-partition/);
    assert.match(ended.stdout, /Stopped before the end/);
  });

  it('takes any number of runs', async () => {
    const ended = await antlion(['run', 'minority*', '--runs', '999999999', '--json'], {
      meanwhile: interruptedAtFirstWord,
    });
    assert.equal(ended.code, 130, ended.stderr);
  });

  it('says what does not run here, and that this proves nothing', async () => {
    const { code, stdout } = await antlion(['run', 'crash-storm', '--env', 'processes']);
    assert.match(stdout, /skipped +crash-storm: it does not run in processes/);
    assert.equal(code, 2);
  });

  it('doctor and clean end with 0 on a sound machine', async () => {
    const { code, stdout } = await antlion(['doctor']);
    assert.equal(code, 0);
    assert.match(stdout, /^. zookeeper .*^. redis .*^. postgres /ms);
    const cleaned = await antlion(['clean']);
    assert.deepEqual([cleaned.code, cleaned.stderr], [0, '']);
    assert.match(cleaned.stdout, /nothing was left behind\n$/);
  });
});

/** Every module, ours or a package's, that the command loads, as node's own loader sees it. */
function loadedBy(...args: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  const log = join(folder, 'loaded');
  const hooks = `
    import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(log)}, url + '\\n');
      return next(url, context);
    }`;
  const main = `
    import { register } from 'node:module';
    register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(hooks))});`;
  try {
    writeFileSync(log, '');
    const loader = `data:text/javascript,${encodeURIComponent(main)}`;
    execFileSync(process.execPath, ['--import', loader, bin, ...args]);
    return readFileSync(log, 'utf8')
      .split('\n')
      .filter((url) => url.startsWith('file:'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
