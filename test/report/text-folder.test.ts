import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { makeFolders } from '../../harness/report/text-folder.ts';

describe('folders of texts', () => {
  it('are made with those above them, once or again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      const deep = join(folder, 'a', 'b', 'c');
      makeFolders(deep);
      makeFolders(deep);
      assert.ok(existsSync(deep));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are refused at once in a current folder that is gone, where Node’s mkdir would go on for ever', function () {
    skipUnlessBuilt(this);
    const { href } = pathToFileURL(resolve('dist/harness/report/text-folder.js'));
    const work = `
      const { mkdtempSync, rmdirSync } = await import('node:fs');
      const { makeFolders } = await import('${href}');
      const gone = mkdtempSync('${join(tmpdir(), 'antlion-gone-')}');
      process.chdir(gone);
      rmdirSync(gone);
      try { makeFolders('.antlion/counterexamples'); } catch (e) { console.log(e.code); }`;
    const { stdout, stderr, error } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', work],
      { encoding: 'utf8', timeout: 30_000 },
    );
    assert.equal(stdout, 'ENOENT\n', stderr + String(error));
  });
});
