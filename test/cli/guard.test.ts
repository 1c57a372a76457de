/** `antlion/mocha`: mocha alone prints "passing" and exits with 0 for a property nobody awaited. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'mocha';
import { skipUnlessBuilt } from './antlion.ts';

describe('the guard for mocha', function () {
  this.timeout(30_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  for (const flag of ['--no-parallel', '--parallel']) {
    it(`makes a run red that forgets a failing property (${flag})`, async () => {
      const { code, output } = await mocha(flag, '--require', 'dist/harness/mocha.js');
      assert.notEqual(code, 0, output);
      assert.match(output, /not awaited: property "forgotten property"\. Return or await it/);
    });
  }

  it('tells a promise that was rejected and that nobody awaited', async () => {
    const { code, output } = await mocha('--require', 'dist/harness/mocha.js', '-g', 'has failed');
    assert.notEqual(code, 0);
    assert.match(output, /nobody looks/);
  });

  it('is needed: without it the forgotten property passes', async () => {
    const { code, output } = await mocha('-g', 'goes on');
    assert.equal(code, 0, output);
  });
});

function mocha(...flags: string[]): Promise<{ code: number; output: string }> {
  const main = 'node_modules/mocha/bin/mocha.js';
  const all = [
    main,
    '--no-config',
    '--no-package',
    '--exit',
    ...flags,
    'fixtures/mocha/forgotten.mjs',
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}
