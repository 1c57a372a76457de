import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { demonstrations } from './demonstrations/list.ts';

describe('npm run prove', () => {
  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(
      process.execPath,
      [fileURLToPath(new URL('../../dist/test/prove/main.js', import.meta.url)), ...args],
      { encoding: 'utf8' },
    );

  it('lists what can be shown', () => {
    const { status, stdout } = run('--help');
    assert.equal(status, 0);
    for (const name of Object.keys(demonstrations))
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  });

  for (const [args, wanted] of [
    [['--nonsense'], /Unknown option '--nonsense': see npm run prove -- --help/],
    [['kills', '--count', 'many'], /count is many, wanted a whole number from 1/],
    [['toString'], /no demonstration toString, wanted some of alarms, /],
    [['coordination', '--scenario', 'zone-lots'], /is called zone-lots, did you mean zone-lost/],
    [['products', '--product', 'etcdd'], /no product etcdd, wanted some of /],
  ] as const) {
    it(`refuses ${args.join(' ')} in one line`, () => {
      const { status, stderr } = run(...args);
      assert.equal(status, 64);
      assert.match(stderr, wanted);
      assert.equal(stderr.trim().split('\n').length, 1);
    });
  }
});
