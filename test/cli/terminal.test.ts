/** The live view on a real terminal: seen while it goes on, gone from the screen however it ends. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { skipUnless } from '../require.ts';
import { bin, nothingLeft, skipUnlessBuilt } from './antlion.ts';
import { Screen } from './live/screen.ts';

/** `antlion ...words` on a pseudo-terminal of 80 columns; `look` is called with what was written so far. */
async function onTerminal(
  words: readonly string[],
  look: (written: string, type: (keys: string) => void) => void,
): Promise<{ readonly written: string; readonly code: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-terminal-'));
  const command = `stty cols 80 rows 24; exec ${[process.execPath, bin, ...words].join(' ')}`;
  const { NO_COLOR: _, ...env } = process.env;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...env, TERM: 'xterm', TMPDIR: folder, XDG_STATE_HOME: folder },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    written += piece;
    look(written, (keys) => child.stdin.write(keys));
  });
  try {
    const [code] = (await once(child, 'close')) as [number];
    await nothingLeft(folder);
    return { written, code };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function screenOf(written: string): string[] {
  const screen = new Screen(80);
  screen.write(written);
  return screen.lines();
}

describe('a command on a terminal', function () {
  this.timeout(60_000);
  before(function () {
    skipUnlessBuilt(this);
    const { error } = spawnSync('script', ['--version']);
    skipUnless(this, 'script', error === undefined ? null : 'apt-get install bsdutils');
  });

  it('shows nodes, faults, operations and the time left of a run, and leaves a clean screen after Ctrl-C', async () => {
    let seen: string[] = [];
    const { written, code } = await onTerminal(
      ['run', 'minority*', '--env', 'processes'],
      (text, type) => {
        if (seen.length > 0 || !/\d s left[^]*leader t\d[^]*a second/.test(text)) return;
        seen = screenOf(text);
        type('\u0003');
      },
    );
    assert.equal(code, 130, written);
    assert.match(seen[0] ?? '', /^minority-partition seed 1 in processes +\d+ s, \d+ s left$/);
    assert.ok(
      seen.some((l) => /^server-\d +leader t\d/.test(l)),
      seen.join('\n'),
    );
    assert.ok(seen.every((l) => l.length <= 80));
    const left = screenOf(written);
    assert.equal(left[0], 'stopping: healing and cleaning up …', left.join('\n'));
    assert.ok(!left.some((l) => /a second$|━|─/.test(l)), left.join('\n'));
  });

  it('shows a search and what is left of its budget, without colours when asked, and clears it', async () => {
    const words = ['explore', "'leader*'", '--budget', '1s', '--no-color'];
    const { written, code } = await onTerminal(words, () => undefined);
    assert.equal(code, 0, written);
    assert.match(written, /exploring +\d s, \d s left/);
    // oxlint-disable-next-line no-control-regex -- that is how colours are written
    assert.doesNotMatch(written, /\u001b\[[\d;]*m/);
    assert.ok(
      !screenOf(written).some((l) => /━|─|^exploring/.test(l)),
      screenOf(written).join('\n'),
    );
  });
});
