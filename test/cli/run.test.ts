/** What `run`, `replay`, `list` and `--help` print, as scripts and people rely on it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, bin, skipUnlessBuilt } from './antlion.ts';

interface Line {
  readonly scenario: string;
  readonly env: string;
  readonly seed: number;
  readonly verdict: string;
  readonly operations: number;
  readonly faultsFelt: number;
  readonly traceHash: string | null;
  readonly counterexample: { readonly steps: string[]; readonly token: string } | null;
  readonly elapsedMs: number;
}

const linesOf = (stdout: string): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('antlion', function () {
  this.timeout(30_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('--help loads nothing heavy: few files of ours, commander and its types', () => {
    const loaded = loadedBy('--help');
    const packages = loaded.flatMap(
      (url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [],
    );
    assert.deepEqual([...new Set(packages)].sort(), ['@commander-js/extra-typings', 'commander']);
    const own = loaded.filter((url) => url.includes('/dist/')).map((url) => url.split('/dist/')[1]);
    assert.deepEqual(own.sort(), [
      'harness/cli/bin.js',
      'harness/cli/commands.js',
      'harness/cli/interrupt.js',
      'harness/core/errors.js',
      'harness/report/output.js',
      'harness/report/progress.js',
    ]);
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
      assert.deepEqual(Object.keys(l), [
        'scenario',
        'env',
        'seed',
        'verdict',
        'operations',
        'faultsFelt',
        'traceHash',
        'counterexample',
        'elapsedMs',
      ]);
      assert.deepEqual(
        [l.scenario, l.env, l.verdict],
        ['minority-partition', 'simulation', 'holds'],
      );
      assert.ok(l.operations > 0 && l.faultsFelt > 0 && l.elapsedMs >= 0);
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
    assert.match(again.stdout, /linearizable is violated: .*\n\(try 1 of 1, same trace\)\n +1 /);
    assert.ok(again.stdout.includes(`antlion replay ${token}`));
  });

  it('says what does not run here, and that this proves nothing', async () => {
    const { code, stdout } = await antlion(['run', 'crash-storm', '--env', 'processes']);
    assert.match(stdout, /skipped +crash-storm: it does not run in processes/);
    assert.equal(code, 2);
  });

  it('doctor and clean end with 0 on a sound machine', async () => {
    assert.equal((await antlion(['doctor'])).code, 0);
    assert.deepEqual(await antlion(['clean']), {
      code: 0,
      stdout: 'nothing was left behind\n',
      stderr: '',
    });
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
