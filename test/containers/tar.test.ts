import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tar } from '../../harness/containers/tar.ts';
import type { TarEntry } from '../../harness/containers/tar.ts';

async function bytes(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('the tar writer', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    writeFileSync(join(folder, 'program'), 'x'.repeat(513));
    chmodSync(join(folder, 'program'), 0o700);
  });
  after(() => rmSync(folder, { recursive: true }));

  const long = `${'a'.repeat(120)}/${'b'.repeat(90)}/c.js`;
  const entries = (): TarEntry[] => [
    { kind: 'text', path: 'z.txt', text: 'grüße' },
    { kind: 'file', path: 'bin/program', from: join(folder, 'program') },
    { kind: 'folder', path: 'data' },
    { kind: 'link', path: 'l', to: 'z.txt' },
    { kind: 'text', path: long, text: '' },
  ];

  it('writes what tar reads', async () => {
    const out = join(folder, 'out');
    execFileSync('mkdir', [out]);
    execFileSync('tar', ['-x', '-C', out], { input: await bytes(entries()) });
    assert.equal(readFileSync(join(out, 'z.txt'), 'utf8'), 'grüße');
    assert.equal(readFileSync(join(out, 'bin/program'), 'utf8'), 'x'.repeat(513));
    assert.equal(statSync(join(out, 'bin/program')).mode & 0o100, 0o100);
    assert.ok(statSync(join(out, 'data')).isDirectory());
    assert.equal(readlinkSync(join(out, 'l')), 'z.txt');
    assert.equal(readFileSync(join(out, long), 'utf8'), '');
  });

  it('gives the same bytes for the same files, in any order and at any time', async () => {
    const first = await bytes(entries());
    utimesSync(join(folder, 'program'), 1, 1);
    assert.ok(first.equals(await bytes(entries().reverse())));
  });

  it('gives other bytes when a file changes', async () => {
    const first = await bytes(entries());
    writeFileSync(join(folder, 'program'), 'y'.repeat(513));
    assert.ok(!first.equals(await bytes(entries())));
  });

  it('refuses a path that ustar cannot hold', async () => {
    await assert.rejects(bytes([{ kind: 'text', path: 'n'.repeat(101), text: '' }]), /cannot hold/);
  });
});
