/** However a command ends, it never ends with Node's own 1, which means "violated" here. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, bin, processesOf, skipUnlessBuilt, until } from './antlion.ts';

describe('how a command ends', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
  });

  const toHead = [
    ['run', 'm*', '--runs', '50', '--json'],
    ['mutants', 'stale-read', '--runs', '2', '--json'],
    ['explore', '--runs', '300', '--json'],
    ['list'],
  ];
  for (const args of toHead) {
    it(`quietly when its reader has gone: ${args.join(' ')} | head -1`, async () => {
      const ended = await antlion(args, {
        meanwhile: async (child) => {
          await new Promise((wake) => child.stdout?.once('data', wake));
          child.stdout?.destroy();
        },
      });
      assert.ok([0, 141].includes(ended.code), `code ${ended.code}`);
      // A sign of life is no complaint.
      assert.match(ended.stderr, /^(… .*\n)*$/);
    });
  }

  it('having healed and cleaned up when its reader goes during a run in processes', async () => {
    const ended = await antlion(
      ['run', 'minority*', 'leader-crash', '--env', 'processes', '--json'],
      {
        meanwhile: async (child, folder) => {
          await until(() => processesOf(folder).length >= 7 || child.exitCode !== null);
          child.stdout?.destroy();
        },
      },
    );
    assert.equal(ended.code, 141);
  });

  for (const args of [['list'], ['run', 'minority*'], ['doctor'], ['--help'], ['clean']]) {
    it(`with 74 and one message when the disk is full: ${args.join(' ')} > /dev/full`, function () {
      skipUnlessFull(this);
      const ended = onto('/dev/full', 'stdout', args);
      assert.equal(ended.status, 74);
      assert.match(ended.stderr, /^E_OUTPUT: stdout cannot be written \(ENOSPC\)[^\n]*\n$/);
    });
  }

  it('not with 1 when its errors cannot be written', function () {
    skipUnlessFull(this);
    assert.equal(onto('/dev/full', 'stderr', ['run', 'nope']).status, 74);
  });

  for (const [what, bug] of [
    ['an exception that nobody caught', "throw new Error('planted')"],
    ['a rejection that nobody handled', "Promise.reject(new Error('planted'))"],
  ] as const) {
    it(`with 70 after the usual cleaning, after ${what}`, async () => {
      // Strikes once five nodes write their logs.
      const script = `
        import { readdirSync } from 'node:fs';
        const isUp = () => readdirSync(process.env.TMPDIR, { recursive: true })
          .filter((name) => name.endsWith('.out')).length === 5;
        const strike = () => { if (isUp()) { clearInterval(timer); ${bug}; } };
        const timer = process.argv[2] === 'run' ? setInterval(strike, 100) : null;`;
      const ended = await antlion(['run', 'minority*', '--env', 'processes'], {
        env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}` },
      });
      assert.match(ended.stderr, /^internal error, please report it:\nError: planted/m);
      assert.equal(ended.code, 70);
    });
  }

  for (const folder of ['/proc', '/nonexistent/antlion']) {
    it(`with 69 and one message when there is no folder for temporary files: ${folder}`, () => {
      const args = ['run', 'minority*', '--env', 'processes'];
      const ended = spawnSync(process.execPath, [bin, ...args], {
        env: { ...process.env, TMPDIR: folder },
        encoding: 'utf8',
        timeout: 30_000,
      });
      assert.match(ended.stderr, /^E_FOLDER: nothing can be written to [^\n]*\n$/);
      assert.deepEqual([ended.status, ended.stdout, existsSync('/nonexistent')], [69, '', false]);
    });
  }

  /** Runs `antlion ...args` with one stream going to a file. */
  function onto(file: string, stream: 'stdout' | 'stderr', args: readonly string[]) {
    const fd = openSync(file, 'w');
    const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    try {
      return spawnSync(process.execPath, [bin, ...args], {
        env: { ...process.env, TMPDIR: folder, NO_COLOR: '1' },
        encoding: 'utf8',
        stdio: ['ignore', stream === 'stdout' ? fd : 'pipe', stream === 'stderr' ? fd : 'pipe'],
      });
    } finally {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    }
  }
});

function skipUnlessFull(test: Mocha.Context): void {
  if (!existsSync('/dev/full')) test.skip();
}
