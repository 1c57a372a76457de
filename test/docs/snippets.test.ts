/** The documents as printed: examples compile and run, commands exist, links lead somewhere. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';

const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'harness/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .sort(),
].map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** What stands between fences, with the language that the fence names. */
const blocks = documents.flatMap(({ file, text }) =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```/gm)].map(([, language = '', code = '']) => ({
    file,
    language,
    code,
  })),
);

/** All that is a module of its own, but for what imports files of the same page. */
const modules = blocks.filter(
  ({ language, code }) =>
    language === 'ts' && /from 'antlion/.test(code) && !/from '\.\.?\//.test(code),
);
const tests = modules.filter(({ code }) => /^it\('/m.test(code));

/** Command lines of antlion; `\` at the end of a line goes on in the next. */
const commands = blocks
  .filter(({ language }) => /^(sh|console|)$/.test(language))
  .flatMap(({ file, code }) =>
    [...code.replaceAll(/\\\n\s*/g, '').matchAll(/^(?:npx )?antlion (.*?)(?: +#.*)?$/gm)].map(
      ([, command = '']) => ({ file, command }),
    ),
  );

describe('the documents', function () {
  this.timeout(180_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('begin with 600 words or fewer, and a picture', () => {
    const readme = documents[0]?.text ?? '';
    const words = readme.split(/\s+/).filter((word) => /\w/.test(word));
    assert.ok(words.length <= 600, `README.md has ${words.length} words`);
    assert.match(readme, /^!\[.+\]\(.+\.(png|svg)\)$/m);
  });

  it('lead to files and headings that exist', () => {
    const wrong = documents.flatMap(({ file, text }) =>
      linksOf(text)
        .filter((link) => !exists(file, link))
        .map((link) => `${file}: ${link}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('are all reached from docs/README.md', () => {
    const index = linksOf(readFileSync('docs/README.md', 'utf8')).map((link) =>
      join('docs', link.replace(/#.*/, '')),
    );
    const lost = documents.map((d) => d.file).filter((file) => !index.includes(file));
    assert.deepEqual(lost, ['README.md', 'docs/README.md']);
  });

  it('print a check, a property, a promise and a model as tests', () => {
    const files = tests.map(({ file }) => file.replace('docs/guides/', ''));
    assert.deepEqual(files, ['history.md', 'model.md', 'promise.md', 'property.md', 'proxy.md']);
  });

  for (const { file, code } of tests) {
    it(`print a test that passes in a project that installed antlion: ${file}`, () => {
      assert.match(code, /from 'antlion/);
      assert.match(mochaOutput(code), /1 passing/);
    });
  }

  it('print what compiles as strictly as TypeScript can', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
      for (const name of ['@types/mocha', '@types/node', 'undici-types']) {
        symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
      }
      symlinkSync(resolve('.'), join(folder, 'node_modules/antlion'), 'dir');
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const files = modules.map(({ code }, i) => {
        const file = join(folder, `example-${i}.ts`);
        writeFileSync(file, code);
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

  it('print a property that catches the mutant that they name', () => {
    const { code = '' } = tests.find((e) => e.file === 'docs/guides/property.md') ?? {};
    const broken = code.replace('runs: 25,', "runs: 25,\n    settings: { mutant: 'stale-read' },");
    assert.notEqual(broken, code);
    assert.throws(
      () => mochaOutput(broken),
      (e: Error & { stdout: string }) =>
        /linearizable is violated \(run \d+, seed 1\)/.test(e.stdout),
    );
  });

  it('print only commands and flags that exist', async () => {
    assert.ok(commands.length >= 40);
    const names = [...new Set(commands.map(({ command }) => command.split(' ')[0] ?? ''))];
    const helps = new Map<string, string>();
    for (const name of names) {
      const { code, stdout } = await antlion([name, '--help']);
      assert.equal(code, 0, name);
      helps.set(name, stdout);
    }
    for (const { file, command } of commands) {
      const help = helps.get(command.split(' ')[0] ?? '') ?? '';
      for (const [flag] of command.matchAll(/(?<= )--[\w-]+/g)) {
        assert.ok(help.includes(flag), `${file}: antlion ${command}: there is no ${flag}`);
      }
    }
  });

  it('print commands that end as they say', async () => {
    const cheap: Readonly<Record<string, number>> = {
      list: 0,
      "run 'minority*' --seed 7 --runs 100": 0,
      'run --mutant stale-read --runs 200': 1,
      doctor: 0,
    };
    for (const [command, code] of Object.entries(cheap)) {
      assert.ok(
        commands.some((c) => c.command === command),
        `they print: antlion ${command}`,
      );
      const words = command.replaceAll("'", '').replace('--runs 100', '--runs 5').split(' ');
      assert.equal((await antlion(words)).code, code, command);
    }
  });

  it('print what npm start does: it ends with 0', async () => {
    const { code, stdout } = await antlion(['demo']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /The broken node was caught/);
  });
});

/** Targets within the repository; code and links to the web aside. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function exists(file: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(target)) return false;
  if (heading === undefined) return true;
  const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)];
  return headings.some(([, title = '']) => slug(title) === heading);
}

/** As GitHub makes it of a heading. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

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
