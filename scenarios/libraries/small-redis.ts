/** A small Redis that speaks RESP and keeps counters and texts on its disk before it answers (appendfsync always). */
import type { ServiceForm, ServiceHost } from '../../harness/index.ts';

type Command = readonly string[];

export function smallRedis(host: ServiceHost): ServiceForm {
  const values = new Map(host.saved as readonly (readonly [string, string])[]);
  const store = (key: string, value: string): void => {
    values.set(key, value);
    host.save([key, value]);
  };
  return {
    accept(socket) {
      let unread = '';
      socket.setEncoding('latin1');
      // A client that has gone needs no answer.
      socket.on('error', () => undefined);
      socket.on('data', (piece: string) => {
        const { commands, rest } = parsed(unread + piece);
        unread = rest;
        for (const command of commands) socket.write(answer(command, values, store), 'latin1');
      });
    },
  };
}

function answer(
  [name = '', key = '', value = '']: Command,
  values: ReadonlyMap<string, string>,
  store: (key: string, value: string) => void,
): string {
  switch (name.toLowerCase()) {
    case 'info':
      return bulk('loading:0\r\n');
    case 'incr': {
      const next = Number(values.get(key) ?? 0) + 1;
      store(key, String(next));
      return `:${next}\r\n`;
    }
    case 'set':
      store(key, value);
      return '+OK\r\n';
    case 'get':
      return bulk(values.get(key) ?? null);
    default:
      // As a Redis that is too old for what clients ask of it first (HELLO, CLIENT SETINFO).
      return `-ERR unknown command '${name}'\r\n`;
  }
}

function bulk(text: string | null): string {
  return text === null ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`;
}

/** Whole commands, arrays of bulk strings, and what is left over. */
function parsed(text: string): { readonly commands: readonly Command[]; readonly rest: string } {
  const commands: Command[] = [];
  let at = 0;
  for (;;) {
    const read = commandAt(text, at);
    if (read === null) return { commands, rest: text.slice(at) };
    commands.push(read.words);
    at = read.next;
  }
}

function commandAt(text: string, from: number): { words: string[]; next: number } | null {
  const head = lineAt(text, from);
  if (head === null) return null;
  const words: string[] = [];
  let at = head.next;
  for (let i = 0; i < Number(head.line.slice(1)); i++) {
    const size = lineAt(text, at);
    if (size === null) return null;
    const length = Number(size.line.slice(1));
    if (text.length < size.next + length + 2) return null;
    words.push(text.slice(size.next, size.next + length));
    at = size.next + length + 2;
  }
  return { words, next: at };
}

function lineAt(text: string, from: number): { line: string; next: number } | null {
  const end = text.indexOf('\r\n', from);
  return end < 0 ? null : { line: text.slice(from, end), next: end + 2 };
}
