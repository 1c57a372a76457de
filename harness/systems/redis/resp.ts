/** What Redis speaks on the wire: RESP, version 2 (https://redis.io/docs/latest/develop/reference/protocol-spec/). */

import { beginsWith } from '../wire.ts';

/** An answer; texts are UTF-8. */
export type Reply = string | number | null | readonly Reply[] | RedisError;

/** Redis refused the command: it was not carried out. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

export function encodeCommand(words: readonly (string | number)[]): Buffer {
  const parts = words.map((word) => {
    const text = String(word);
    return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
  });
  return Buffer.from(`*${parts.length}\r\n${parts.join('')}`);
}

/** Takes pieces of bytes as they come, and gives whole replies. */
export class ReplyReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Throws `RangeError` for bytes that are not RESP. */
  push(bytes: Buffer): Reply[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const replies: Reply[] = [];
    for (let at = 0; ;) {
      const read = readReply(this.rest, at);
      if (read === null) {
        this.rest = this.rest.subarray(at);
        return replies;
      }
      replies.push(read.reply);
      at = read.end;
    }
  }
}

interface Read {
  readonly reply: Reply;
  readonly end: number;
}

/** Null: it is not all there yet. */
function readReply(bytes: Buffer, at: number): Read | null {
  if (bytes.length <= at) return null;
  const kind = String.fromCharCode(bytes[at] ?? 0);
  if (!'+-:$*'.includes(kind)) throw new RangeError(`${beginsWith(bytes[at] ?? 0)} of Redis`);
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return null;
  const line = bytes.toString('utf8', at + 1, end);
  const after = end + 2;
  switch (kind) {
    case '+':
      return { reply: line, end: after };
    case '-':
      return { reply: new RedisError(line), end: after };
    case ':':
      return { reply: Number(line), end: after };
    case '$':
      return readText(bytes, after, Number(line));
    default:
      return readList(bytes, after, Number(line));
  }
}

function readText(bytes: Buffer, from: number, length: number): Read | null {
  if (length < 0) return { reply: null, end: from };
  const to = from + length;
  return bytes.length < to + 2 ? null : { reply: bytes.toString('utf8', from, to), end: to + 2 };
}

function readList(bytes: Buffer, from: number, count: number): Read | null {
  if (count < 0) return { reply: null, end: from };
  const list: Reply[] = [];
  let end = from;
  for (let i = 0; i < count; i++) {
    const read = readReply(bytes, end);
    if (read === null) return null;
    list.push(read.reply);
    end = read.end;
  }
  return { reply: list, end };
}
