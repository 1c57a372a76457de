/** A system that antlion has never heard of: a server in Python, put to the test in a few lines. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { before, describe, it } from 'mocha';
import { skipUnless } from '../require.ts';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';

const folder = resolve('examples/replicated-kv');

describe('a system of your own', function () {
  this.timeout(240_000);
  before(function () {
    skipUnlessBuilt(this);
    const python = spawnSync('python3', ['--version']);
    skipUnless(this, 'python', python.status === 0 ? null : 'apt-get install python3');
  });

  it('is found to read stale values while a node is cut off, with under 40 lines written', async () => {
    const lines = readFileSync(join(folder, 'kv.ts'), 'utf8').split('\n').length - 1;
    assert.ok(lines < 40, String(lines));
    const report = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const ended = await antlion(['verify', './kv.ts', '--report', report], { cwd: folder });
    const page = readFileSync(join(report, 'index.html'), 'utf8');
    rmSync(report, { recursive: true });
    assert.equal(ended.code, 1, ended.stderr + ended.stdout);
    assert.match(page, /replica-cut-off[^]*linearizable is violated/);
    assert.match(page, /antlion verify \.\/kv\.ts --scenario replica-cut-off(?!.*--report)/);
    assert.match(ended.stdout, /linearizable is violated/);
    assert.match(ended.stdout, /partition \(drop\) minority \(n\d\) ⇎ majority \(n\d, n\d\)/);
    assert.match(
      ended.stdout,
      /See it again: +antlion verify \.\/kv\.ts --scenario replica-cut-off/,
    );
  });

  it('shows a counterexample again from its token and its file', async () => {
    const found = await antlion(['verify', './kv.ts', '--json'], { cwd: folder });
    const runs = recordsOf(found, 'run');
    assert.equal(runs.length, 1, found.stdout + found.stderr);
    const counterexample = runs[0]?.['counterexample'] as { token: string };
    const unknown = await antlion(['replay', counterexample.token]);
    assert.match(unknown.stderr, /^E_TOKEN: .*system "kv\.py", wanted one of .*--system FILE/);
    const flags = ['--system', './kv.ts'];
    const again = await antlion(['replay', counterexample.token, ...flags], { cwd: folder });
    assert.equal(again.code, 1, again.stdout + again.stderr);
    assert.match(again.stdout, /See it again: +antlion replay \S+ --system \.\/kv\.ts/);
  });

  it('is known by its name in a project that configures it', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    const [api, kv] = [
      resolve('dist/harness/index.js'),
      readFileSync(join(folder, 'kv.ts'), 'utf8'),
    ];
    const fileUrl = pathToFileURL(api).href;
    writeFileSync(join(cwd, 'kv.ts'), kv.replace("'antlion'", `'${fileUrl}'`));
    const lines = [
      "import kv from './kv.ts';",
      "export default { systems: [kv], scenarios: ['./kv.ts'] };",
    ];
    writeFileSync(join(cwd, 'antlion.config.ts'), lines.join('\n'));
    const dry = await antlion(['verify', 'kv.py', '--dry-run'], { cwd });
    const strange = await antlion(['verify', 'kv.js', '--dry-run'], { cwd });
    rmSync(cwd, { recursive: true });
    assert.match(dry.stdout, /replica-cut-off, seed 1/, dry.stderr);
    assert.match(strange.stderr, /kv\.js/);
    assert.equal(strange.code, 64);
  });

  it('is what the guide shows', () => {
    const guide = readFileSync('docs/guides/system.md', 'utf8');
    assert.ok(guide.includes(readFileSync(join(folder, 'kv.ts'), 'utf8')));
    const lines = readFileSync(join(folder, 'kv.py'), 'utf8').split('\n').length - 1;
    assert.ok(guide.includes(`[${lines} lines of Python]`));
  });

  it('may be killed, paused and slowed down without a line about it', async () => {
    const ended = await antlion(['verify', './kv.ts', '--scenario', 'leader-crash', '--dry-run'], {
      cwd: folder,
    });
    assert.equal(ended.code, 64, ended.stdout);
    assert.match(
      ended.stderr,
      /uses cas, which kv\.py does not know, wanted one of .*member-pause/,
    );
    const paused = ['--scenario', 'member-pause', '--dry-run'];
    const dry = await antlion(['verify', './kv.ts', ...paused], { cwd: folder });
    assert.match(dry.stdout, /It would start members of its own: python3 kv\.py/);
    assert.match(dry.stdout, /for 700 ms: pause follower/);
  });

  it('is told in one message what is wrong with its file', async () => {
    const table: [string, string, RegExp][] = [
      ['none.mjs', 'export default 1;', /^E_USAGE: .*none\.mjs exports no system.*defineSystem/],
      ['broken.ts', 'export const x: number = ;', /^E_FILE: .*broken\.ts cannot be loaded/],
    ];
    for (const [name, text, message] of table) {
      const cwd = mkdtempSync(join(tmpdir(), 'antlion-test-'));
      writeFileSync(join(cwd, name), text);
      const ended = await antlion(['verify', `./${name}`], { cwd });
      rmSync(cwd, { recursive: true });
      assert.match(ended.stderr, message);
      assert.equal(ended.code, 64);
    }
    const missing = await antlion(['verify', './nowhere.ts']);
    assert.match(missing.stderr, /^E_FILE: there is no file \.\/nowhere\.ts/);
    assert.equal(missing.code, 64);
  });
});
