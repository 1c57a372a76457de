/** Memory that is read to again: never while somebody still holds what is in it. */
import assert from 'node:assert/strict';
import { Prng } from '../../harness/core/prng.ts';
import { ReadBuffer, written } from '../../harness/proxy/read-buffer.ts';

/** What a read of `bytes` finds, as its socket does it. */
function read(buffer: ReadBuffer, bytes: number, fill: number, isFree: boolean): Buffer {
  const room = buffer.next();
  const chunk = Buffer.from(room.buffer, room.byteOffset, Math.min(bytes, room.length)).fill(fill);
  buffer.read(chunk.length, isFree);
  return chunk;
}

describe('the memory of reads', () => {
  it('what waits is as it was read, whatever is written, lost or read meanwhile', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Prng(seed);
      const waiting: { chunk: Buffer; fill: number }[] = [];
      const leave = (): void => {
        const { chunk, fill } = waiting.shift() ?? { chunk: Buffer.alloc(0), fill: 0 };
        assert.ok(chunk.equals(Buffer.alloc(chunk.length, fill)), `seed ${seed}`);
        // Toxics cut what they let through, and lose the rest.
        const cut = random.below(chunk.length + 1);
        written(chunk.subarray(0, cut));
        if (random.below(20) > 0) written(chunk.subarray(cut));
      };
      const buffers = Array.from({ length: 4 }, () => new ReadBuffer());
      for (let step = 0; step < 400; step++) {
        const at = random.below(buffers.length);
        const buffer = buffers[at] ?? new ReadBuffer();
        const isFree = random.below(4) === 0;
        const fill = step % 256;
        const bytes = random.below(3) === 0 ? 1 << 20 : 1 + random.below(40_000);
        const chunk = read(buffer, bytes, fill, isFree);
        if (isFree) written(chunk);
        else waiting.push({ chunk, fill });
        while (waiting.length > random.below(40)) leave();
        if (random.below(50) === 0) {
          buffer.close();
          buffers[at] = new ReadBuffer();
        }
      }
      while (waiting.length > 0) leave();
      for (const buffer of buffers) buffer.close();
    }
  });

  it('a long stream that waits takes no new memory once what came first is written', () => {
    const buffer = new ReadBuffer();
    const seen = new Set<ArrayBufferLike>();
    const waiting: Buffer[] = [];
    for (let i = 0; i < 2_000; i++) {
      const chunk = read(buffer, 64 * 1024, i % 256, false);
      seen.add(chunk.buffer);
      waiting.push(chunk);
      // 4 MiB wait at most: 16 blocks of them, one that fills, and those on the way to that size.
      if (waiting.length > 64) written(waiting.shift() ?? chunk);
    }
    assert.ok(seen.size <= 24, `${seen.size} blocks`);
  });
});
