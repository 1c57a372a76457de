/** How long a message is on a real network, asked of every message and so answered cheaply. */
import type { Lane, Msg } from '../core/host.ts';

/** One UTF-16 unit is at most six bytes of JSON: `\u0000`. */
const unitBytesMax = 6;
/** Any number, `true` or `null`, with a comma. */
const plainBytesMax = 26;
/** Quotes, colon, comma and brackets of one part. */
const partBytes = 4;

/** Is the frame of `m` longer than `bytesMax`? Exact; measures only what a bound cannot decide. */
export function isFrameTooLong(lane: Lane, m: Msg, bytesMax: number): boolean {
  if (boundOf(m, bytesMax) <= bytesMax - envelopeBytesMax) return false;
  return utf8Length(JSON.stringify({ lane, m })) > bytesMax;
}

const envelopeBytesMax = 64;

/** At least the length of the JSON of `value`; stops counting past `enough`. */
function boundOf(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length * unitBytesMax + partBytes;
  if (typeof value !== 'object' || value === null) return plainBytesMax;
  let bytes = partBytes;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && bytes <= enough; i++) {
      const row: unknown = value[i];
      bytes += typeof row === 'number' ? plainBytesMax : boundOfRow(row, enough);
    }
    return bytes;
  }
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    bytes += key.length * unitBytesMax + partBytes;
    // Most are numbers.
    bytes += typeof part === 'number' ? plainBytesMax : boundOf(part, enough);
    if (bytes > enough) return bytes;
  }
  return bytes;
}

/** What lists are made of is immutable, and goes out again and again in others: news, entries, events. */
const known = new WeakMap<object, number>();

function boundOfRow(row: unknown, enough: number): number {
  if (typeof row !== 'object' || row === null) return boundOf(row, enough);
  const before = known.get(row);
  if (before !== undefined) return before;
  const bytes = boundOf(row, enough);
  // Past `enough` it did not count to the end.
  if (bytes <= enough) known.set(row, bytes);
  return bytes;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Two units of a pair are four bytes; JSON.stringify leaves no unit of a pair alone.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
