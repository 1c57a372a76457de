import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../harness/realtime/bundle.ts';
import { echoSystem } from '../conformance/echo-system.ts';

describe('the program of a node as one file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return join(folder, 'main.ts');
  }

  /** Runs it far from what it was made of. */
  function run(program: string): string {
    const alone = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    writeFileSync(join(alone, 'main.mjs'), program);
    try {
      return execFileSync(process.execPath, [join(alone, 'main.mjs')], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } finally {
      rmSync(alone, { recursive: true });
    }
  }

  it('holds TypeScript, modules beside it and packages of both kinds', async () => {
    const entry = write({
      'main.ts': `import { sep } from 'node:path';
        import { b } from './b.ts';
        import old from 'old';
        const text: string = [b, old.name, sep].join(' ');
        console.log(text);`,
      'b.ts': 'export const b = 1 satisfies number;',
      'node_modules/old/package.json': '{ "name": "old", "main": "index.js" }',
      'node_modules/old/index.js': "exports.name = require('util').format('old %s', 'package');",
    });
    assert.equal(run(await bundle(entry)), '1 old package /\n');
  });

  it('leaves an addon where it is, as most nodes never load the one that is imported somewhere', async () => {
    const entry = write({
      'main.ts': `if (process.argv.includes('never')) await import('addon');
        console.log('runs');`,
      'node_modules/addon/package.json': '{ "name": "addon", "main": "index.js" }',
      'node_modules/addon/index.js': "module.exports = require('./build/addon.node');",
      'node_modules/addon/build/addon.node': 'no program',
    });
    assert.equal(run(await bundle(entry)), 'runs\n');
  });

  it('is the same for the same files', async () => {
    const entry = write({ 'main.ts': 'console.log(1)' });
    assert.equal(await bundle(entry), await bundle(entry));
  });

  it('of the reference node is one that starts', async () => {
    const program = await bundle(echoSystem.machine?.entry ?? '');
    // Without a launch it refuses, by its own words: all of it was loaded.
    assert.throws(() => run(program), /ANTLION_LAUNCH|launch/i);
  });

  it('cannot be made of an entry that is not there, or whose package is not', async () => {
    await assert.rejects(bundle('/nowhere/main.js'), { code: 'E_NOT_BUILT' });
    const entry = write({ 'main.ts': "import 'not-installed';" });
    await assert.rejects(bundle(entry), { code: 'E_BUNDLE', message: /"not-installed"/ });
  });
});
