/**
 * As much of MessagePack as Serf's agents speak: https://github.com/msgpack/msgpack/blob/master/spec.md. They
 * write bytes as text, as its first version had it.
 */

export type Packed = null | boolean | number | string | readonly Packed[] | PackedMap;
export interface PackedMap {
  readonly [key: string]: Packed;
}

/** A map of short texts and small numbers. */
export function pack(map: Readonly<Record<string, string | number>>): Buffer {
  const entries = Object.entries(map);
  return Buffer.concat([
    Buffer.from([0x80 | entries.length]),
    ...entries.flatMap(([key, value]) => [
      packText(key),
      typeof value === 'string' ? packText(value) : packNumber(value),
    ]),
  ]);
}

function packText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0xa0 | bytes.length]), bytes]);
}

/** Below 2³². */
function packNumber(n: number): Buffer {
  if (n < 0x80) return Buffer.from([n]);
  const bytes = Buffer.alloc(5, 0xce);
  bytes.writeUInt32BE(n, 1);
  return bytes;
}

/** There are not enough bytes yet. */
class TooShort extends Error {}

/** The first value of the bytes and how long it is; null: it is not all there. Throws for what is none. */
export function unpack(bytes: Buffer): { readonly value: Packed; readonly length: number } | null {
  const reader = new Reader(bytes);
  try {
    return { value: reader.value(), length: reader.at };
  } catch (e) {
    if (e instanceof TooShort) return null;
    throw e;
  }
}

class Reader {
  at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  value(): Packed {
    const kind = this.number(1);
    if (kind < 0x80) return kind;
    if (kind < 0x90) return this.map(kind & 0x0f);
    if (kind < 0xa0) return this.list(kind & 0x0f);
    if (kind < 0xc0) return this.text(kind & 0x1f);
    if (kind >= 0xe0) return kind - 0x100;
    switch (kind) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return kind === 0xc3;
      // Bytes and texts, with lengths of one, two and four bytes.
      case 0xc4:
      case 0xd9:
        return this.text(this.number(1));
      case 0xc5:
      case 0xda:
        return this.text(this.number(2));
      case 0xc6:
      case 0xdb:
        return this.text(this.number(4));
      case 0xcc:
        return this.number(1);
      case 0xcd:
        return this.number(2);
      case 0xce:
        return this.number(4);
      case 0xcf:
        return this.number(4) * 2 ** 32 + this.number(4);
      case 0xd0:
        return this.take(1).readInt8();
      case 0xd1:
        return this.take(2).readInt16BE();
      case 0xd2:
        return this.take(4).readInt32BE();
      case 0xd3:
        return Number(this.take(8).readBigInt64BE());
      case 0xdc:
        return this.list(this.number(2));
      case 0xdd:
        return this.list(this.number(4));
      case 0xde:
        return this.map(this.number(2));
      case 0xdf:
        return this.map(this.number(4));
      default:
        throw new Error(`${kind.toString(16)} begins no value`);
    }
  }

  private take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw new TooShort();
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private number(bytes: number): number {
    return this.take(bytes).readUIntBE(0, bytes);
  }

  private text(length: number): string {
    return this.take(length).toString('utf8');
  }

  private list(length: number): Packed[] {
    const all: Packed[] = [];
    for (let i = 0; i < length; i++) all.push(this.value());
    return all;
  }

  private map(length: number): PackedMap {
    const all: [string, Packed][] = [];
    for (let i = 0; i < length; i++) all.push([String(this.value()), this.value()]);
    return Object.fromEntries(all);
  }
}
