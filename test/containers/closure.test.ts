import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { closureOf } from '../../harness/containers/closure.ts';

describe('the closure of an entry', () => {
  let root = '';
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  });
  after(() => rmSync(root, { recursive: true }));

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
  const paths = (entry: string): string[] => [...closureOf(join(root, entry)).files.keys()].sort();

  it('holds the files that are reached, whole packages, and what these depend on', () => {
    write({
      'a/package.json': '{ "type": "module" }',
      'a/dist/main.js': `import { x } from './lib/x.js';
        import {
          y,
        } from "p/deep";
        import 'node:fs';
        export const named = { from: 'nowhere' };
        const later = () => import('./later.js');`,
      'a/dist/lib/x.js': `export { z } from '@s/q';`,
      'a/dist/later.js': '',
      'a/dist/unused.js': `import 'absent';`,
      'a/node_modules/p/package.json': '{ "dependencies": { "r": "1" } }',
      'a/node_modules/p/deep.js': '',
      'a/node_modules/p/README.md': '',
      'a/node_modules/@s/q/package.json':
        '{ "peerDependencies": { "r": "1", "o": "1" }, "peerDependenciesMeta": { "o": { "optional": true } } }',
      'a/node_modules/r/package.json': '{}',
      'a/node_modules/t/package.json': '{}',
    });
    assert.equal(closureOf(join(root, 'a/dist/main.js')).entry, 'dist/main.js');
    assert.deepEqual(paths('a/dist/main.js'), [
      'dist/later.js',
      'dist/lib/x.js',
      'dist/main.js',
      'node_modules/@s/q/package.json',
      'node_modules/p/deep.js',
      'node_modules/p/package.json',
      'node_modules/r/package.json',
      'package.json',
    ]);
  });

  it('keeps node_modules in the paths of an entry that is itself installed', () => {
    write({
      'b/node_modules/antlion/package.json': '{}',
      'b/node_modules/antlion/main.js': `import 'hoisted';`,
      'b/node_modules/hoisted/package.json': '{}',
    });
    assert.deepEqual(paths('b/node_modules/antlion/main.js'), [
      'node_modules/antlion/main.js',
      'node_modules/antlion/package.json',
      'node_modules/hoisted/package.json',
    ]);
  });

  it('says what is not built and what is not installed', () => {
    write({ 'c/main.js': `import 'absent-package';` });
    assert.throws(() => closureOf(join(root, 'c/nothing.js')), { code: 'E_NOT_BUILT' });
    assert.throws(() => closureOf(join(root, 'c/main.js')), { code: 'E_IMAGE' });
  });
});
