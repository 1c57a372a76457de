/**
 * Just enough of Protocol Buffers to speak xDS: what is written is a handful of messages, and of what is
 * read a few fields; all others are skipped, as the format wants it. Field numbers are those of Envoy's
 * API v3 (envoy/service/discovery/v3/discovery.proto and its neighbours).
 */

/** One field of a message, or none. */
export type Field = Uint8Array;

const [varintType, lengthType] = [0, 2];

/** Of 0 nothing is written: it is what a field has that is absent. */
export function number(id: number, value: number): Field {
  return value === 0
    ? new Uint8Array()
    : Buffer.from([...varint(id * 8 + varintType), ...varint(value)]);
}

export function text(id: number, value: string): Field {
  return value === '' ? new Uint8Array() : bytes(id, Buffer.from(value, 'utf8'));
}

/** A message within a message; empty, it is still there. */
export function message(id: number, ...fields: readonly Field[]): Field {
  return bytes(id, joined(...fields));
}

/** `google.protobuf.Any` at field `id`. */
export function any(id: number, type: string, ...fields: readonly Field[]): Field {
  return message(id, text(1, `type.googleapis.com/${type}`), bytes(2, joined(...fields)));
}

export function joined(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields);
}

function bytes(id: number, value: Uint8Array): Field {
  return joined(Buffer.from([...varint(id * 8 + lengthType), ...varint(value.length)]), value);
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) + 0x80);
  return [...out, rest];
}

/** Fields of a message by their number, in order; numbers that are no lengths are left out. Throws RangeError. */
export function fieldsOf(of: Uint8Array): ReadonlyMap<number, readonly Buffer[]> {
  const from = Buffer.from(of.buffer, of.byteOffset, of.length);
  const found = new Map<number, Buffer[]>();
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = from.readUInt8(at++);
      value += (byte % 0x80) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < from.length) {
    const key = next();
    const [id, type] = [Math.floor(key / 8), key % 8];
    if (type === varintType) next();
    else if (type === lengthType) {
      const length = next();
      if (at + length > from.length) throw new RangeError('a field is longer than its message');
      found.set(id, [...(found.get(id) ?? []), from.subarray(at, at + length)]);
      at += length;
    } else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else throw new RangeError(`a field of type ${type}`);
  }
  return found;
}

export function textsIn(fields: ReadonlyMap<number, readonly Buffer[]>, id: number): string[] {
  return (fields.get(id) ?? []).map((b) => b.toString('utf8'));
}
