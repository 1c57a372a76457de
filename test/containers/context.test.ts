import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { archiveOf, type ContextEntry, digestOf } from '../../harness/containers/context.ts';

describe('what an image is built from', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
    file = join(folder, 'f');
    writeFileSync(file, 'content');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const deep = `${'a-long-folder-name/'.repeat(20)}end`;
  const entries = (): readonly ContextEntry[] => [
    { kind: 'text', path: 'b.txt', text: 'text é' },
    { kind: 'file', path: 'a/f', from: file },
    { kind: 'folder', path: 'data' },
    { kind: 'text', path: deep, text: '' },
  ];

  it('is an archive that tar reads, paths of any length among it', async () => {
    const archive = await buffer(archiveOf(entries()));
    const list = execFileSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' });
    assert.deepEqual(list.trim().split('\n'), [deep, 'a/f', 'b.txt', 'data'].toSorted());
    const text = execFileSync('tar', ['-xOf', '-', 'b.txt', 'a/f'], { input: archive });
    assert.equal(text.toString(), 'contenttext é');
  });

  it('is the same bytes and the same name, whenever and in whatever order', async () => {
    const [one, two] = [entries(), entries().toReversed()];
    assert.deepEqual(await buffer(archiveOf(one)), await buffer(archiveOf(two)));
    assert.equal(await digestOf(one, {}), await digestOf(two, {}));
  });

  it('has another name when a file, its mode, a path or a setting changes', async () => {
    const digests = [await digestOf(entries(), {})];
    digests.push(await digestOf(entries(), { BASE: 'x' }));
    writeFileSync(file, 'CONTENT');
    digests.push(await digestOf(entries(), {}));
    chmodSync(file, 0o755);
    digests.push(await digestOf(entries(), {}));
    digests.push(await digestOf(entries().slice(1), {}));
    assert.equal(new Set(digests).size, 5);
  });
});
