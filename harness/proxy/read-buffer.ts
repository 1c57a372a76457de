/**
 * Where a socket reads to. Node gives each read 64 KiB of its own; here a read goes on where the last one
 * ended, and begins anew at once when nobody holds what was read.
 */

/** Bytes. A connection that says little costs little; one that fills its buffer gets a larger one. */
const bytesMin = 16 * 1024;
const bytesMax = 256 * 1024;
/** Of connections that are over, for those to come: short ones make no garbage. */
const spare: Buffer[] = [];
const spareMax = 64;

export class ReadBuffer {
  private buffer = spare.pop() ?? Buffer.allocUnsafeSlow(bytesMin);
  private at = 0;
  private isOver = false;

  /** The room for the next read. */
  readonly next = (): Buffer => (this.at === 0 ? this.buffer : this.buffer.subarray(this.at));

  /** `bytes` were read to it; `isFree`: nobody holds them any more. */
  read(bytes: number, isFree: boolean): void {
    const isFilled = bytes === this.buffer.length - this.at;
    if (!isFree) this.at += bytes;
    const isTooSmall = isFilled && this.buffer.length < bytesMax;
    if (isTooSmall || this.buffer.length - this.at < this.buffer.length / 4) {
      const size = isTooSmall ? this.buffer.length * 4 : this.buffer.length;
      this.buffer = Buffer.allocUnsafeSlow(Math.min(size, bytesMax));
      this.at = 0;
    }
  }

  /** Nothing is read to it any more. */
  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    // Somebody may hold what was read before.
    const isFree = this.at === 0 && this.buffer.length === bytesMin;
    if (isFree && spare.length < spareMax) spare.push(this.buffer);
  }
}
