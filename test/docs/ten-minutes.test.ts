/** The guide "your system in ten minutes": its file is put to the test from an empty folder, as printed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';
import { skipUnless } from '../require.ts';

const guide = readFileSync('docs/guides/ten-minutes.md', 'utf8');
const system = /^```ts\n([^]*?)```/m.exec(guide)?.[1] ?? '';

/** Commands of antlion, each with what is printed below it. */
const steps = [
  ...guide.matchAll(/^```sh\nnpx antlion (.*)\n```\n(?:\n```text\n([^]*?)```)?/gm),
].map(([, command = '', printed = '']) => ({ command, printed }));

function mended(): string {
  const [, before = '', after = ''] = /^-( .*)\n\+( .*)$/m.exec(guide) ?? [];
  assert.ok(system.includes(before), 'the line that is taken out is in the file');
  return system.replace(before, after);
}

/** What is the same in each run: figures differ, and which operations ended in which way. */
function masked(line: string): string {
  return (
    line
      // All were ok where nothing is told of it.
      .replace(/ \([\d,]+ ok[^)]*\)/, '')
      .replaceAll(/\d[\d.,]*( µs| ms| s)?/g, 'N')
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}

async function follow(file: string, { command, printed }: (typeof steps)[number]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-guide-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/antlion'), 'dir');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'webdis.ts'), file);
    const { code, stdout, stderr } = await antlion(command.split(' '), { cwd: folder });
    assert.equal(code, printed.includes('violated') ? 1 : 0, stdout + stderr);
    const lines = stdout.split('\n').map(masked);
    for (const line of printed.trimEnd().split('\n')) {
      assert.ok(line === '' || lines.includes(masked(line)), `${line}\nis not in\n${stdout}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the guide "your system in ten minutes"', function () {
  this.timeout(180_000);

  it('finds what it says, and does not when it is mended', async function () {
    skipUnlessBuilt(this);
    // It knows no flags, and would serve.
    const found =
      spawnSync('sh', ['-c', 'command -v webdis && command -v redis-server']).status === 0;
    skipUnless(this, 'webdis', found ? null : 'apt-get install webdis redis-server');
    const files = [system, system, system, mended()];
    assert.equal(steps.length, files.length);
    await Promise.all(steps.map((step, i) => follow(files[i] ?? '', step)));
  });
});
