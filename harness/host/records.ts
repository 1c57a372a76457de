/**
 * The bytes of records in a file. A record is the length and the CRC-32 of its body, its place in the file, the
 * CRC-32 of these twelve bytes (4 bytes each, big endian), then the body, JSON.
 *
 * A crash may leave the last group of writes incomplete: such a torn tail may be cut off. A damaged
 * record with a good one anywhere behind it is no torn tail: it may have been acknowledged. Neither is a good one of
 * another place, which a misdirected write left: what it lies on, and what should be in its own place, are gone. The
 * head has a sum of its own, so that a damaged length does not pass for the end of the file.
 */
import { crc32 } from 'node:zlib';
import type { Rec } from '../core/host.ts';

export const headBytes = 16;
/** What the sum of a head is about. */
const summedBytes = 12;

/** As the first of its file: `place` moves it. */
export function encodeRecord(record: Rec, text = JSON.stringify(record)): Buffer {
  const bytes = Buffer.allocUnsafe(headBytes + Buffer.byteLength(text));
  bytes.write(text, headBytes);
  bytes.writeUInt32BE(bytes.length - headBytes, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(headBytes)), 4);
  return place(bytes, 0);
}

/** Whole records that are to be written at byte `at` of their file: says so in each of them, and gives them back. */
export function place(records: Buffer, at: number): Buffer {
  for (let from = 0; from < records.length;) {
    records.writeUInt32BE(at + from, from + 8);
    const sum = crc32(records.subarray(from, from + summedBytes));
    records.writeUInt32BE(sum, from + summedBytes);
    from += headBytes + records.readUInt32BE(from);
  }
  return records;
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
  const elsewhere = recordAt(bytes, at);
  if (elsewhere !== null) {
    throw new Error(
      `${name}: record ${records.length} at byte ${at} belongs at byte ${elsewhere.place}`,
    );
  }
  for (let later = at + 1; later + headBytes < bytes.length; later++) {
    if (bodyAt(bytes, later) === null) continue;
    throw new Error(`${name}: record ${records.length} at byte ${at} is damaged, and not the last`);
  }
  return { records, goodBytes: at };
}

/** The body of the record at `at` when it is complete, undamaged, and belongs there. */
function bodyAt(bytes: Buffer, at: number): Buffer | null {
  const record = recordAt(bytes, at);
  return record?.place === at ? record.body : null;
}

interface Found {
  readonly body: Buffer;
  readonly place: number;
}

/** The record at `at` when it is complete and undamaged. */
function recordAt(bytes: Buffer, at: number): Found | null {
  if (bytes.length - at <= headBytes) return null;
  const length = bytes.readUInt32BE(at);
  const end = at + headBytes + length;
  if (length === 0 || end > bytes.length) return null;
  const sum = crc32(bytes.subarray(at, at + summedBytes));
  if (sum !== bytes.readUInt32BE(at + summedBytes)) return null;
  const body = bytes.subarray(at + headBytes, end);
  if (crc32(body) !== bytes.readUInt32BE(at + 4)) return null;
  return { body, place: bytes.readUInt32BE(at + 8) };
}
