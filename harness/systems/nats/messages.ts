/** What NATS speaks on the wire: lines of text, some followed by bytes (https://docs.nats.io/reference/reference-protocols/nats-protocol). */

export type Message =
  /** What the server is, as it says of itself at first and whenever that changes. */
  | { readonly kind: 'info'; readonly info: ServerInfo }
  | { readonly kind: 'delivered'; readonly subject: string; readonly reply: Reply }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'ping' | 'pong' | 'ok' };

export interface ServerInfo {
  readonly server_name?: string;
  readonly jetstream?: boolean;
  readonly auth_required?: boolean;
  readonly tls_required?: boolean;
}

export interface Reply {
  /** Of its first line; null where it has none: an answer like any other. */
  readonly status: number | null;
  readonly headers: ReadonlyMap<string, string>;
  readonly data: string;
}

/** A request of which the answer comes to `inbox`. */
export function publication(
  subject: string,
  inbox: string,
  data: string,
  headers: Readonly<Record<string, string | number>> = {},
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = lines.length === 0 ? '' : `NATS/1.0\r\n${lines.join('')}\r\n`;
  const [headBytes, bytes] = [head, head + data].map((t) => Buffer.byteLength(t));
  const sizes = head === '' ? `${bytes}` : `${headBytes} ${bytes}`;
  return Buffer.from(
    `${head === '' ? 'PUB' : 'HPUB'} ${subject} ${inbox} ${sizes}\r\n${head}${data}\r\n`,
  );
}

/** A line is never as long as this: bytes that say so are of something else. */
const lineMax = 1 << 16;

/** Takes pieces of bytes as they come, and gives whole messages. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0);

  /** Throws `RangeError` for bytes that are not of NATS. */
  push(bytes: Buffer): Message[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const messages: Message[] = [];
    for (;;) {
      const end = this.rest.indexOf('\r\n');
      if (end < 0 && this.rest.length > lineMax) throw new RangeError('no line of NATS');
      if (end < 0) return messages;
      const words = this.rest.toString('utf8', 0, end).split(' ');
      const [total = 0, head = 0] = sizesOf(words);
      const from = end + 2;
      const isWhole =
        total === 0 && !isDelivered(words) ? true : this.rest.length >= from + total + 2;
      if (!isWhole) return messages;
      messages.push(messageOf(words, this.rest.subarray(from, from + total), head));
      this.rest = this.rest.subarray(isDelivered(words) ? from + total + 2 : from);
    }
  }
}

function isDelivered([verb]: readonly string[]): boolean {
  return verb === 'MSG' || verb === 'HMSG';
}

/** How many bytes follow, and how many of them are headers. */
function sizesOf(words: readonly string[]): number[] {
  if (words[0] === 'MSG') return [Number(words.at(-1)), 0];
  return words[0] === 'HMSG' ? [Number(words.at(-1)), Number(words.at(-2))] : [];
}

function messageOf(words: readonly string[], body: Buffer, head: number): Message {
  const [verb = '', subject = ''] = words;
  const text = words.slice(1).join(' ');
  switch (verb) {
    case 'MSG':
    case 'HMSG':
      return { kind: 'delivered', subject, reply: replyOf(body, head) };
    case 'INFO':
      return { kind: 'info', info: JSON.parse(text) as ServerInfo };
    case '-ERR':
      return { kind: 'error', text };
    case 'PING':
      return { kind: 'ping' };
    case 'PONG':
      return { kind: 'pong' };
    case '+OK':
      return { kind: 'ok' };
    default:
      throw new RangeError(`"${verb.slice(0, 20)}" begins no line of NATS`);
  }
}

function replyOf(body: Buffer, head: number): Reply {
  const lines = body.toString('utf8', 0, head);
  const status = /^NATS\/1\.0 (\d+)/.exec(lines)?.[1];
  return {
    status: status === undefined ? null : Number(status),
    headers: headersOf(lines),
    data: body.toString('utf8', head),
  };
}

/** Of a block of headers, its first line being the protocol's version. */
export function headersOf(lines: string): ReadonlyMap<string, string> {
  return new Map(
    lines.split('\r\n').flatMap((line): [string, string][] => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
}
