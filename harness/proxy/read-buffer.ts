/**
 * Where a socket reads to. Node gives each read 64 KiB of its own; here a read goes on where the last one
 * ended, and begins anew at once when nobody holds what was read.
 */

/** Bytes. A connection that says little costs little; one that fills its buffer gets a larger one. */
const bytesMin = 16 * 1024;
const bytesMax = 256 * 1024;

export class ReadBuffer {
  private buffer = Buffer.allocUnsafeSlow(bytesMin);
  private at = 0;

  /** The room for the next read. */
  readonly next = (): Buffer => this.buffer.subarray(this.at);

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
}
