/** The tutorial, followed from an empty folder to its end: its files, its commands, what they print. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../cli/antlion.ts';

const text = readFileSync('docs/tutorial.md', 'utf8');

interface Block {
  readonly language: string;
  readonly code: string;
}

const steps = [...text.matchAll(/^## (\d\. .*)\n([^]*?)(?=^## |$(?![^]))/gm)].map(
  ([, title = '', body = '']) => ({
    title,
    blocks: [...body.matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(
      ([, language = '', code = '']): Block => ({ language, code }),
    ),
  }),
);

/** What no registry is asked for here: the packages that this folder has already. */
const installed: Readonly<Record<string, readonly [bin: string, path: string][]>> = {
  antlion: [['antlion', 'dist/harness/cli/bin.js']],
  mocha: [['mocha', 'bin/mocha.js']],
  tsx: [['tsx', 'dist/cli.mjs']],
};

describe('the tutorial', function () {
  this.timeout(180_000);
  let folder = '';
  let token = '';
  let output = '';
  let code: number | null = null;

  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'antlion-tutorial-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function install(name: string): void {
    const at = join(folder, 'node_modules', name);
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(name === 'antlion' ? resolve('.') : resolve('node_modules', name), at, 'dir');
    for (const [bin, path] of installed[name] ?? assert.fail(`npm install ${name}`)) {
      symlinkSync(join('..', name, path), join(folder, 'node_modules/.bin', bin));
    }
  }

  function shell(line: string): void {
    const [, names] = /^npm install (.*)$/.exec(line) ?? [];
    if (names !== undefined) return names.split(' ').forEach(install);
    // Mocha is a link to ours, and looks for what it requires from there.
    const guarded = line.replace('--require antlion/mocha', '--require ./guard.mjs');
    writeFileSync(join(folder, 'guard.mjs'), "export * from 'antlion/mocha';\n");
    const env = { ...process.env, NO_COLOR: '1', TMPDIR: folder, XDG_STATE_HOME: folder };
    const command = guarded.replace('TOKEN', token);
    const ended = spawnSync('sh', ['-c', `(${command}) 2>&1`], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
    output = ended.stdout;
    code = ended.status;
    if (token === '') token = /antlion\d\.\S+/.exec(output)?.[0] ?? '';
  }

  function follow({ language, code: body }: Block): void {
    if (language === 'sh') {
      for (const line of body.trimEnd().split('\n')) shell(line);
    } else if (language === 'text') {
      assert.equal(code, codeOf(body), output);
      let at = 0;
      const lines = output.split('\n').map((line) => masked(line, isReal(body)));
      for (const line of body.split('\n').filter((l) => l.trim() !== '')) {
        at = lines.indexOf(masked(line, isReal(body)), at) + 1;
        assert.ok(at > 0, `${line}\nis not, in this place, in\n${output}`);
      }
    } else {
      const name = language === 'diff' ? 'fix.diff' : /^\/\/ (\S+\.ts)\n/.exec(body)?.[1];
      if (name === undefined) {
        const source = squeezed(readFileSync(join(folder, 'raft/server.ts'), 'utf8'));
        assert.ok(source.includes(squeezed(body)), `raft/server.ts has\n${body}`);
        return;
      }
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), body);
    }
  }

  it('has six steps', () => {
    assert.deepEqual(
      steps.map(({ title }) => title.slice(0, 2)),
      ['1.', '2.', '3.', '4.', '5.', '6.'],
    );
  });

  for (const { title, blocks } of steps) {
    it(`goes as printed: ${title}`, () => {
      for (const block of blocks) {
        code = block.language === 'sh' ? 0 : code;
        follow(block);
        if (block.language === 'sh' && code !== 0) {
          const after = blocks[blocks.indexOf(block) + 1];
          assert.equal(after?.language, 'text', output);
        }
      }
    });
  }
});

/** The same moments do not come twice in real time, nor do lengths of runs. */
const isReal = (printed: string): boolean => printed.includes('(try 1 of 10)');

function masked(line: string, isTimed: boolean): string {
  const plain = line
    .replace(/antlion\d\.\S+/, 'antlion2.…')
    .replace(/[\d.]+ m?s$/, 'N s')
    .replace(/\([\d.]+m?s\)$/, '(N)')
    .replace(/\(try \d+ of 10\)/, '(try)')
    .trim();
  return isTimed
    ? plain
        .replaceAll(/server-\d/g, 'server')
        .replaceAll(/\d+\.\d+ s/g, 'N s')
        .replaceAll(/[\d.]+ (ms|s)\b/g, 'N s')
        .replaceAll(/\s+/g, ' ')
    : plain;
}

function codeOf(printed: string): number {
  if (printed.includes('Not shown')) return 2;
  return /violated|try 1 of/.test(printed) ? 1 : 0;
}

const squeezed = (source: string): string => source.replaceAll(/\s+/g, ' ').trim();
