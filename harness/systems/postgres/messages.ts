/** What PostgreSQL speaks on the wire, version 3: https://www.postgresql.org/docs/current/protocol-message-formats.html */

import { beginsWith } from '../wire.ts';

/** A message of a server: its kind, one character, and what follows its length. */
export interface Message {
  readonly kind: string;
  readonly body: Buffer;
}

/** The first message of a connection. */
export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const words = Object.entries(parameters).flat();
  const body = Buffer.from(`${words.map((w) => `${w}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8);
  head.writeInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}

/** Asks for TLS; the answer is one character, S or N. */
export const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** A message of a client that holds one text. */
export function textMessage(kind: string, text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write(kind, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A server sends no message as long as this here: bytes that say so are of something else. */
const lengthMax = 1 << 24;
const kinds = 'RSKZTDCENIA';

/** Takes pieces of bytes as they come, and gives whole messages. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Throws `RangeError` for bytes that are of no such server. */
  push(bytes: Buffer): Message[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const messages: Message[] = [];
    while (this.rest.length >= 5) {
      const kind = String.fromCharCode(this.rest[0] ?? 0);
      const length = this.rest.readInt32BE(1);
      if (!kinds.includes(kind) || length < 4 || length > lengthMax) {
        throw new RangeError(`${beginsWith(this.rest[0] ?? 0)} of PostgreSQL`);
      }
      if (this.rest.length <= length) break;
      messages.push({ kind, body: this.rest.subarray(5, length + 1) });
      this.rest = this.rest.subarray(length + 1);
    }
    return messages;
  }
}

/** The values of a row, as texts; null is NULL. */
export function rowOf(body: Buffer): (string | null)[] {
  const row: (string | null)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}

/** What the server refused, and how: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: string;
  /** The connection ends with it, so nobody knows what became of what was asked. */
  readonly isFatal: boolean;

  constructor(body: Buffer) {
    const fields = new Map(
      body
        .toString('utf8')
        .split('\0')
        .map((field) => [field[0], field.slice(1)] as const),
    );
    super(fields.get('M') ?? 'refused without a reason');
    this.code = fields.get('C') ?? '';
    this.isFatal = fields.get('V') !== 'ERROR';
  }
}
