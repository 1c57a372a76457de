import assert from 'node:assert/strict';
import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rec } from '../../harness/core/host.ts';
import type { RealTrouble } from '../../harness/faults/disk-trouble.ts';
import { LogFile } from '../../harness/host/log-file.ts';
import { encodeRecord, headBytes, place, readRecords } from '../../harness/host/records.ts';

const records = ['a', 'b', 'ccc'].map((value) => ({ kind: 'set', value }));
const bytes = place(Buffer.concat(records.map((r) => encodeRecord(r))), 0);
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
      assert.equal(readRecords(await readFile(`${path}.1`), path).records.length, 100);
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
    damaged.writeUInt8(damaged.readUInt8(headBytes) ^ 1, headBytes);
    assert.throws(() => readRecords(damaged, 'log'), /record 0 at byte 0 is damaged/);
  });

  it('refuses to start over a record that lies in the place of another', () => {
    const [first, second] = [0, 1].map((i) => encodeRecord(records[i] as Rec).length) as [
      number,
      number,
    ];
    // Both are as long: the second fits to the byte, and nothing good is behind it.
    assert.equal(first, second);
    const lies = bytes.subarray(first, first + second);
    const misdirected = Buffer.concat([lies, Buffer.alloc(second)]);
    const wrong = new RegExp(`record 0 at byte 0 belongs at byte ${first}`);
    assert.throws(() => readRecords(misdirected, 'log'), wrong);
  });

  it('refuses to start over a damaged length in front of a good record', () => {
    for (let byte = 0; byte < headBytes; byte++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(byte) ^ (1 << bit), byte);
        assert.throws(() => readRecords(damaged, 'log'), /record 0 at byte 0 is damaged/);
      }
    }
  });

  it('goes on in the next file, and removes those whose records are all forgotten', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      const { log } = await open(path, 100);
      for (let i = 0; i < 40; i++) {
        log.append(i, { kind: `r${i}` } as Rec);
        await log.idle();
      }
      assert.ok((await readdir(folder)).length > 5);
      log.forget(35);
      await log.close();
      const again = await open(path, 100);
      await again.log.close();
      const found = again.records.map((r) => r.kind);
      // The file that holds record 35 may begin before it.
      assert.ok(found.length <= 10, String(found.length));
      const all = Array.from({ length: 40 }, (_, i) => `r${i}`);
      assert.deepEqual(found, all.slice(all.length - found.length));
    });
  });

  it('finds an unbroken end of the log after a crash at any step', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      const { log, synced } = await open(path, 60);
      let copies = 0;
      for (let i = 0; i < 12; i++) {
        log.append(i, { kind: `r${i}` } as Rec);
        if (i === 9) log.forget(6);
        await log.idle();
        const last = synced.at(-1) as number;
        // A crash keeps all that was synced, and any part of the next write, or an empty next file.
        const names = (await readdir(folder)).filter((n) => n.startsWith('store.log.'));
        const newest = names
          .map((n) => Number(n.split('.')[2]))
          .sort((a, b) => a - b)
          .at(-1) as number;
        for (const tail of ['', 'torn', 'empty file']) {
          const copy = join(folder, `crash-${copies++}`);
          await mkdir(copy);
          for (const n of names) await copyFile(join(folder, n), join(copy, n));
          const copied = join(copy, `store.log.${newest}`);
          if (tail === 'torn')
            await appendFile(copied, encodeRecord({ kind: 'next' }).subarray(0, 15));
          if (tail === 'empty file') await writeFile(join(copy, `store.log.${newest + 1}`), '');
          const again = await open(join(copy, 'store.log'), 60);
          assert.equal(again.records.at(-1)?.kind, `r${last}`, `step ${i}, ${tail}`);
          again.log.append(again.records.length, { kind: 'after' });
          await again.log.close();
          const third = await open(join(copy, 'store.log'), 60);
          assert.deepEqual(
            third.records.slice(-2).map((r) => r.kind),
            [`r${last}`, 'after'],
          );
          await third.log.close();
        }
      }
      await log.close();
    });
  });

  it('refuses a row of files with a gap, and a torn file that is not the last', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      const { log } = await open(path, 60);
      for (let i = 0; i < 12; i++) {
        log.append(i, { kind: `r${i}` } as Rec);
        await log.idle();
      }
      await log.close();
      await truncate(`${path}.1`, (await stat(`${path}.1`)).size - 1);
      await assert.rejects(open(path), /store.log.1: .* bytes at its end are damaged/);
      await rm(`${path}.2`);
      await assert.rejects(open(path), /store.log.2 is missing/);
    });
  });

  it('removes the torn tail on disk, so that what follows is found', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      await writeFile(`${path}.1`, bytes.subarray(0, bytes.length - 1));
      const first = await open(path);
      assert.equal((await stat(`${path}.1`)).size, bytes.length - lastBytes);
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
      assert.match(failed[0]?.message ?? '', /fd.*-1/);
    });
  });
});

describe('a log on a disk in trouble', () => {
  const record = { kind: 'x' };

  it('waits while there is no room, and is written when there is', async () => {
    await withFolder(async (folder) => {
      let trouble: RealTrouble | null = 'full';
      const { log, synced } = await open(join(folder, 'store.log'), undefined, () => trouble);
      log.append(0, record);
      await new Promise((turn) => setImmediate(turn));
      assert.deepEqual(synced, []);
      trouble = null;
      log.faultsChanged();
      await log.idle();
      assert.deepEqual(synced, [0]);
      await log.close();
    });
  });

  it('is given up at the first sync that fails', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'store.log');
      const { log, synced, failed } = await open(path, undefined, () => 'fails');
      log.append(0, record);
      await log.idle();
      assert.deepEqual([synced, failed[0]?.message], [[], 'EIO: i/o error, fsync']);
    });
  });

  for (const isOver of [false, true]) {
    it(`is ${isOver ? 'whole' : 'empty'} where syncs lied and ${isOver ? 'an honest one came' : 'the power failed'}`, async () => {
      await withFolder(async (folder) => {
        const path = join(folder, 'store.log');
        let trouble: RealTrouble | null = 'lies';
        const { log, synced } = await open(path, undefined, () => trouble);
        log.append(0, record);
        await log.idle();
        assert.deepEqual(synced, [0]);
        if (isOver) trouble = null;
        log.faultsChanged();
        await log.idle();
        const { records } = await open(path);
        assert.equal(records.length, isOver ? 1 : 0);
      });
    });
  }
});

async function open(path: string, fileBytesMax?: number, trouble?: () => RealTrouble | null) {
  const synced: number[] = [];
  const failed: Error[] = [];
  const opened = await LogFile.open(path, {
    onSynced: (index) => synced.push(index),
    onFailed: (e) => failed.push(e),
    syncDelayUs: () => 0,
    ...(fileBytesMax !== undefined && { fileBytesMax }),
    ...(trouble !== undefined && { trouble }),
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
