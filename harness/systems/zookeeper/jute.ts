/** ZooKeeper's way to write values: Jute, big-endian, texts and lists after their length. */

export type Part = Buffer;

export function int(n: number): Part {
  const b = Buffer.alloc(4);
  b.writeInt32BE(n);
  return b;
}

export function long(n: bigint): Part {
  const b = Buffer.alloc(8);
  b.writeBigInt64BE(n);
  return b;
}

export function bool(is: boolean): Part {
  return Buffer.from([is ? 1 : 0]);
}

export function bytes(b: Buffer): Part {
  return Buffer.concat([int(b.length), b]);
}

export function text(s: string): Part {
  return bytes(Buffer.from(s));
}

/** With its length before it, as it travels. */
export function frame(...parts: readonly Part[]): Buffer {
  return bytes(Buffer.concat(parts));
}

/** Reads values in the order in which they were written. Throws `RangeError` past the end. */
export class JuteReader {
  private readonly b: Buffer;
  private at = 0;

  constructor(b: Buffer) {
    this.b = b;
  }

  int(): number {
    this.at += 4;
    return this.b.readInt32BE(this.at - 4);
  }

  long(): bigint {
    this.at += 8;
    return this.b.readBigInt64BE(this.at - 8);
  }

  bool(): boolean {
    this.at += 1;
    return this.b.readUInt8(this.at - 1) === 1;
  }

  /** Empty where there is none. */
  bytes(): Buffer {
    const length = this.int();
    if (length <= 0) return Buffer.alloc(0);
    this.at += length;
    if (this.at > this.b.length) throw new RangeError('a value is longer than its frame');
    return this.b.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.bytes().toString();
  }

  texts(): string[] {
    return Array.from({ length: Math.max(0, this.int()) }, () => this.text());
  }
}

/** Pieces of bytes as they come, in frames. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  push(piece: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const frames: Buffer[] = [];
    while (this.rest.length >= 4) {
      const end = 4 + this.rest.readInt32BE(0);
      if (this.rest.length < end) break;
      frames.push(this.rest.subarray(4, end));
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }
}
