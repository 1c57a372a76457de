/** `antlion init` from the packed tarball, in folders that are empty: each template is green, then red. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from './antlion.ts';

describe('antlion init', function () {
  this.timeout(180_000);
  let project = '';

  before(function () {
    skipUnlessBuilt(this);
    project = realpathSync(mkdtempSync(join(tmpdir(), 'antlion-init-')));
    const flags = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
    const tarball = execFileSync('npm', flags, { encoding: 'utf8' }).trim();
    const modules = join(project, 'node_modules');
    const own = join(modules, 'antlion');
    mkdirSync(own, { recursive: true });
    execFileSync('tar', ['xzf', join(project, tarball), '--strip-components=1', '-C', own]);
    const { dependencies } = JSON.parse(readFileSync(join(own, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    // One installation for all: what comes with antlion, and the runners.
    for (const name of [...Object.keys(dependencies), 'mocha', 'tsx']) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(resolve('node_modules', name), join(modules, name));
    }
  });
  after(() => {
    if (project !== '') rmSync(project, { recursive: true });
  });

  function init(...args: string[]): { code: number | null; stdout: string; stderr: string } {
    const bin = join(project, 'node_modules/antlion/dist/harness/cli/bin.js');
    const env = { ...process.env, TMPDIR: project, XDG_STATE_HOME: project, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'init', ...args], {
      cwd: project,
      encoding: 'utf8',
      env,
    });
    return { code: status, stdout, stderr };
  }
  const read = (path: string): string => readFileSync(join(project, path), 'utf8');

  const green = /This holds: (npx|node) [^]*(✔ holds|1 passing|# pass 1)/;
  const red = /This does not, and says why: [^]*violated[^]*antlion (replay|verify) /;
  const templates: readonly (readonly [string[], string[], string[]])[] = [
    [['--template', 'scenario'], ['leader-stops.mjs', 'one-term.mjs'], []],
    [
      ['--template', 'property', '--language', 'ts', '--runner', 'mocha'],
      ['green.test.ts', 'red.test.ts'],
      ['mocha', 'tsx'],
    ],
    [['--template', 'system'], ['kv.mjs', 'system.mjs'], []],
    [['--template', 'library', '--language', 'ts'], ['breaker.mjs', 'forgets.ts', 'trips.ts'], []],
  ];
  for (const [args, files, packages] of templates) {
    it(`ends with a green run and a red one: ${args.join(' ')}`, () => {
      const folder = args[1] ?? '';
      const ended = init(folder, ...args);
      assert.equal(ended.code, 0, ended.stdout + ended.stderr);
      const written = readdirSync(join(project, folder)).filter((name) => !name.startsWith('.'));
      assert.deepEqual(written.sort(), [...files, 'package.json'].sort());
      assert.match(ended.stdout, green);
      assert.match(ended.stdout, red);
      assert.match(ended.stdout, /^Done in \d+\.\d s\. Next: /m);
      const { devDependencies } = JSON.parse(read(join(folder, 'package.json'))) as {
        devDependencies: object;
      };
      assert.deepEqual(Object.keys(devDependencies), ['antlion', ...packages]);
    });
  }

  it('overwrites nothing, and says in one message what is in the way', () => {
    mkdirSync(join(project, 'full'));
    writeFileSync(join(project, 'full', 'notes.txt'), 'mine');
    const full = init('full');
    assert.deepEqual([full.code, full.stdout], [64, '']);
    assert.match(full.stderr, /^E_USAGE: full has notes\.txt in it, wanted .*\n$/);
    assert.deepEqual(readdirSync(join(project, 'full')), ['notes.txt']);
    // What npm made stays as it is.
    mkdirSync(join(project, 'begun'));
    writeFileSync(join(project, 'begun', 'package.json'), '{ "name": "mine" }');
    assert.equal(init('begun', '--no-run').code, 0);
    assert.equal(read('begun/package.json'), '{ "name": "mine" }');
    const nowhere = init('/proc/nowhere');
    assert.equal(nowhere.code, 69);
    assert.match(nowhere.stderr, /^E_FOLDER: nothing can be written to \/proc\/nowhere .*\n$/);
  });

  it('says what is to be installed first where a runner is not there', () => {
    const ended = init('later', '--template', 'property', '--runner', 'vitest');
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /^ {2}npm install --save-dev vitest@\S+\n {2}npx vitest run /m);
    assert.match(read('later/green.test.mjs'), /^import { it } from 'vitest';$/m);
  });
});
