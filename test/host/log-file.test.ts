import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rec } from '../../harness/core/host.ts';
import { encodeRecord, LogFile, readRecords } from '../../harness/host/log-file.ts';

const records = ['a', 'b', 'ccc'].map((value) => ({ kind: 'set', value }));
const bytes = Buffer.concat(records.map(encodeRecord));
const lastBytes = encodeRecord(records[2] as Rec).length;

describe('log file', () => {
  it('gives back what was synced, in order, over several boots', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      for (let boot = 0; boot < 3; boot++) {
        const { log, records: found, synced } = await open(path);
        assert.equal(found.length, boot * 2);
        log.append(boot * 2, { kind: `first ${boot}` } as Rec);
        log.append(boot * 2 + 1, { kind: `second ${boot}` } as Rec);
        await log.close();
        assert.equal(synced.at(-1), boot * 2 + 1);
      }
      const { log, records: all } = await open(path);
      assert.deepEqual(
        all.map((r) => r.kind),
        ['first 0', 'second 0', 'first 1', 'second 1', 'first 2', 'second 2'],
      );
      await log.close();
    });
  });

  it('groups what one turn appends into one sync, and tells only what is on disk', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      const { log, synced } = await open(path);
      for (let i = 0; i < 100; i++) log.append(i, { kind: 'x' });
      assert.deepEqual(synced, [], 'never from within append');
      await log.close();
      assert.deepEqual(synced, [99]);
      assert.equal(readRecords(await readFile(path), path).records.length, 100);
    });
  });

  it('cuts off a torn tail, wherever the last record was torn', () => {
    for (let kept = 0; kept < lastBytes; kept++) {
      const torn = bytes.subarray(0, bytes.length - lastBytes + kept);
      const read = readRecords(torn, 'log');
      assert.equal(read.records.length, 2);
      assert.equal(read.goodBytes, bytes.length - lastBytes);
    }
  });

  it('cuts off a last record whose bytes are wrong, and zeros behind the end', () => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    assert.equal(readRecords(damaged, 'log').records.length, 2);
    const zeros = Buffer.concat([bytes, Buffer.alloc(64)]);
    assert.deepEqual(readRecords(zeros, 'log').goodBytes, bytes.length);
  });

  it('refuses to start over damage in front of a good record', () => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(12) ^ 1, 12);
    assert.throws(() => readRecords(damaged, 'log'), /record 0 at byte 0 is damaged/);
  });

  it('removes the torn tail on disk, so that what follows is found', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      await writeFile(path, bytes.subarray(0, bytes.length - 1));
      const first = await open(path);
      assert.equal((await stat(path)).size, bytes.length - lastBytes);
      first.log.append(2, { kind: 'again' });
      await first.log.close();
      const second = await open(path);
      assert.deepEqual(
        second.records.map((r) => r.kind),
        ['set', 'set', 'again'],
      );
      await second.log.close();
    });
  });

  it('tells a failed write instead of a sync', async () => {
    await withFolder(async (folder) => {
      const { log, synced, failed } = await open(join(folder, 'store.log'));
      await log.close();
      log.append(0, { kind: 'x' });
      await log.close();
      assert.deepEqual(synced, []);
      assert.match(failed[0]?.message ?? '', /closed/);
    });
  });
});

async function open(path: string) {
  const synced: number[] = [];
  const failed: Error[] = [];
  const opened = await LogFile.open(path, {
    onSynced: (index) => synced.push(index),
    onFailed: (e) => failed.push(e),
    syncDelayUs: () => 0,
  });
  return { ...opened, synced, failed };
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'antlion-test-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
