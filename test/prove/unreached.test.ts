import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { outermost } from './unreached.ts';

describe('what no story executes', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  it('is told by the outermost blocks, in order', () => {
    const range = (startOffset: number, endOffset: number) => ({ startOffset, endOffset });
    const [first, inner, outer] = [range(2, 4), range(5, 8), range(2, 10)];
    const later = range(11, 12);
    assert.deepEqual(outermost([later, first, inner, outer]), [outer, later]);
  });

  it('is the goodbye where nobody says one, and is not where somebody does', () => {
    const main = fileURLToPath(new URL('../../dist/test/prove/main.js', import.meta.url));
    const goodbye = /reference-impl\/eureka\/peer\.ts:\d+.*cancel/;
    for (const [story, isDark] of [
      ['renewals-lost', true],
      ['goodbyes-overtaken', false],
    ] as const) {
      const args = [main, 'unreached', '--count', '1', '--scenario', story];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.match(stdout, /unreached: \d+ blocks; [\d.]+ % of the text/, stderr);
      assert.equal(goodbye.test(stdout), isDark, story);
    }
  });
});
