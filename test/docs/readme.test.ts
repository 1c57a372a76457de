/** The README as printed: its examples and its cheap commands are run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';

const guides = readdirSync('docs/guides')
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs/guides', name));
const readme = readFileSync('README.md', 'utf8');

describe('README', function () {
  this.timeout(180_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  /** All that is printed as a module of its own, also in the guides. */
  const printed = ['README.md', ...guides].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^```ts\n([^]*?)```/gm)]
      .map(([, example = '']) => example)
      .filter((example) => /from 'antlion/.test(example) && !/from '\.\.?\//.test(example)),
  );
  const examples = [...readme.matchAll(/^## (.*)\n\n```ts\n([^]*?)```/gm)];

  it('prints a check, a property, a promise and a model', () => {
    assert.equal(examples.length, 4);
  });

  for (const [, title, example = ''] of examples) {
    it(`prints what passes in a project that installed antlion: ${title}`, () => {
      assert.match(example, /from 'antlion'/);
      assert.match(mochaOutput(example), /1 passing/);
    });
  }

  it('prints what compiles as strictly as TypeScript can', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
      for (const name of ['@types/mocha', '@types/node', 'undici-types']) {
        symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
      }
      symlinkSync(resolve('.'), join(folder, 'node_modules/antlion'), 'dir');
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const files = printed.map((example, i) => {
        const file = join(folder, `example-${i}.ts`);
        writeFileSync(file, example);
        return file;
      });
      const host = ts.createCompilerHost(compilerOptions);
      host.getCurrentDirectory = () => folder;
      const program = ts.createProgram(files, compilerOptions, host);
      const wrong = ts.getPreEmitDiagnostics(program);
      assert.equal(ts.formatDiagnostics(wrong, host), '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('prints a property that catches the mutant that it names', () => {
    const [, , example = ''] = examples.find((e) => e[1] === 'Write a property') ?? [];
    const broken = example.replace(
      'runs: 25,',
      "runs: 25,\n    settings: { mutant: 'stale-read' },",
    );
    assert.notEqual(broken, example);
    assert.throws(
      () => mochaOutput(broken),
      (e: Error & { stdout: string }) =>
        /linearizable is violated \(run \d+, seed 1\)/.test(e.stdout),
    );
  });

  const commands = [...readme.matchAll(/^npx antlion (.*?)(?: +#.*)?$/gm)].map(
    (m) => m[1] as string,
  );

  it('prints only commands and flags that exist', async () => {
    assert.ok(commands.length >= 8);
    for (const command of commands) {
      const [name = ''] = command.split(' ');
      const { code, stdout } = await antlion([name, '--help']);
      assert.equal(code, 0, name);
      for (const [flag] of command.matchAll(/--[\w-]+/g)) {
        assert.ok(stdout.includes(flag), `antlion ${name} has ${flag}`);
      }
    }
  });

  it('prints commands that end as it says', async () => {
    const cheap: Readonly<Record<string, number>> = {
      list: 0,
      "run 'minority*' --seed 7 --runs 100": 0,
      'run --mutant stale-read --runs 200': 1,
      doctor: 0,
    };
    for (const [command, code] of Object.entries(cheap)) {
      assert.ok(commands.includes(command), `README prints: antlion ${command}`);
      const words = command.replaceAll("'", '').replace('--runs 100', '--runs 5').split(' ');
      assert.equal((await antlion(words)).code, code, command);
    }
  });

  it('prints what npm start does: it ends with 0', async () => {
    const { code, stdout } = await antlion(['demo']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /The broken node was caught/);
  });
});

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['mocha', 'node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noEmit: true,
};

/** Of a file in a project of its own. */
function mochaOutput(example: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/antlion'), 'dir');
    const { outputText } = ts.transpileModule(example, {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(join(folder, 'example.test.mjs'), outputText);
    // A project's own mocha finds `antlion/mocha` itself; this one is not installed in the folder.
    writeFileSync(join(folder, 'guard.mjs'), "export * from 'antlion/mocha';\n");
    const mocha = resolve('node_modules/mocha/bin/mocha.js');
    // Whoever runs these beside the rest of a suite must not be judged by his machine's speed.
    const flags = ['--timeout', '60000', '--require', './guard.mjs', 'example.test.mjs'];
    return execFileSync(process.execPath, [mocha, ...flags], { cwd: folder, encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
