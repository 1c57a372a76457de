/**
 * Where a socket reads to. Node gives each read 64 KiB of its own; here a read goes on where the last one
 * ended, and begins anew at once when nobody holds what was read. A block is read to again, by whatever
 * connection, when all that was in it is written: to touch new memory costs as much as to pass on what is in it.
 */

/** Bytes. A connection that says little costs little; one that fills its buffer gets a larger one. */
const bytesMin = 16 * 1024;
const bytesMax = 256 * 1024;

interface Block {
  readonly buffer: Buffer;
  /** Bytes that were read and are not written. What a toxic loses never is: such a block is not used again. */
  out: number;
  /** Somebody reads to it. */
  isTaken: boolean;
}

/** By the memory of a chunk. */
const blocks = new WeakMap<ArrayBufferLike, Block>();
/** Free ones, by their size: 17 MiB at most, about what the toxics of one connection hold. */
const idle: ReadonlyMap<number, Block[]> = new Map([
  [bytesMin, []],
  [bytesMax, []],
]);
const idleMax = 64;

export class ReadBuffer {
  private block = take(bytesMin);
  private at = 0;
  private isOver = false;

  /** The room for the next read. */
  readonly next = (): Buffer =>
    this.at === 0 ? this.block.buffer : this.block.buffer.subarray(this.at);

  /** `bytes` were read to it; `isFree`: nobody holds them any more. Before anybody says that they are `written`. */
  read(bytes: number, isFree: boolean): void {
    const { length } = this.block.buffer;
    this.block.out += bytes;
    const isFilled = bytes === length - this.at;
    if (!isFree) this.at += bytes;
    if (isFilled && length < bytesMax) this.begin(length * 4);
    else if (length - this.at < length / 4) this.begin(length);
  }

  /** Nothing is read to it any more. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    release(this.block);
  }

  private begin(bytes: number): void {
    release(this.block);
    this.block = take(bytes);
    this.at = 0;
  }
}

/** The kernel has taken `chunk`, of whatever memory: nobody reads it any more. */
export function written(chunk: Buffer): void {
  const block = blocks.get(chunk.buffer);
  if (block === undefined || chunk.length === 0) return;
  block.out -= chunk.length;
  if (block.out === 0 && !block.isTaken) keep(block);
}

function take(bytes: number): Block {
  const free = idle.get(bytes)?.pop();
  if (free !== undefined) {
    free.isTaken = true;
    return free;
  }
  const block = { buffer: Buffer.allocUnsafeSlow(bytes), out: 0, isTaken: true };
  blocks.set(block.buffer.buffer, block);
  return block;
}

function release(block: Block): void {
  block.isTaken = false;
  if (block.out === 0) keep(block);
}

function keep(block: Block): void {
  const others = idle.get(block.buffer.length);
  if (others !== undefined && others.length < idleMax) others.push(block);
}
