/**
 * The bytes of records in a file. A record is the length and the CRC-32 of its body, the CRC-32 of
 * these eight bytes (4 bytes each, big endian), then the body, JSON.
 *
 * A crash may leave the last group of writes incomplete: such a torn tail may be cut off. A damaged
 * record with a good one anywhere behind it is no torn tail: it may have been acknowledged. The head
 * has a sum of its own, so that a damaged length does not pass for the end of the file.
 */
import { crc32 } from 'node:zlib';
import type { Rec } from '../core/host.ts';

export const headBytes = 12;

export function encodeRecord(record: Rec, text = JSON.stringify(record)): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text));
  bytes.write(text, headBytes);
  bytes.writeUInt32BE(bytes.length - headBytes, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(headBytes)), 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  return bytes;
}

/** The good records from the beginning on. Throws when the damage is not at the end. */
export function readRecords(
  bytes: Buffer,
  name: string,
): { records: readonly Rec[]; goodBytes: number } {
  const records: Rec[] = [];
  let at = 0;
  for (;;) {
    const body = bodyAt(bytes, at);
    if (body === null) break;
    records.push(JSON.parse(body.toString('utf8')) as Rec);
    at += headBytes + body.length;
  }
  for (let later = at + 1; later + headBytes < bytes.length; later++) {
    if (bodyAt(bytes, later) === null) continue;
    throw new Error(`${name}: record ${records.length} at byte ${at} is damaged, and not the last`);
  }
  return { records, goodBytes: at };
}

/** The body of the record at `at` when it is complete and undamaged. */
function bodyAt(bytes: Buffer, at: number): Buffer | null {
  if (bytes.length - at <= headBytes) return null;
  const length = bytes.readUInt32BE(at);
  const end = at + headBytes + length;
  if (length === 0 || end > bytes.length) return null;
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) return null;
  const body = bytes.subarray(at + headBytes, end);
  return crc32(body) === bytes.readUInt32BE(at + 4) ? body : null;
}
