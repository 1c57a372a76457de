/** Messages on a byte stream: a length of four bytes, then that many bytes of JSON. */
import { limits } from '../core/limits.ts';

const headBytes = 4;

/** The frame of a value, or null when it is longer than `limits.frameBytesMax`. */
export function encodeFrame(value: unknown): Buffer | null {
  return frameOf(JSON.stringify(value));
}

/** The frame of a value whose JSON is `text`. */
export function frameOf(text: string): Buffer | null {
  const length = Buffer.byteLength(text);
  if (length > limits.frameBytesMax) return null;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headBytes);
  return frame;
}

/** Cuts a stream back into values. After it threw, the stream is of no more use. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** Bytes that must be there before it pays to look again. */
  private wanted = headBytes;

  /** Calls `onValue` with each complete value. Throws when a frame is too long or not JSON. */
  feed(chunk: Buffer, onValue: (value: unknown) => void): void {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    if (this.bytes < this.wanted) return;
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.bytes);
    let at = 0;
    for (;;) {
      this.wanted = headBytes;
      if (all.length - at < headBytes) break;
      const length = all.readUInt32BE(at);
      if (length > limits.frameBytesMax) {
        throw new RangeError(`frame of ${length} bytes, at most ${limits.frameBytesMax}`);
      }
      this.wanted = headBytes + length;
      if (all.length - at < this.wanted) break;
      const text = all.toString('utf8', at + headBytes, at + this.wanted);
      at += this.wanted;
      onValue(JSON.parse(text) as unknown);
    }
    const rest = all.subarray(at);
    this.chunks = rest.length === 0 ? [] : [rest];
    this.bytes = rest.length;
  }
}
