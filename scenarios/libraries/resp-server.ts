/** A server of Redis' protocol, RESP, for the simulation: commands are arrays of bulk strings. */
import type { ServiceForm } from '../../harness/index.ts';

export type Command = readonly string[];

/** `answer` gives what is sent for a command, as it is sent. */
export function respServer(answer: (command: Command) => string): ServiceForm {
  return {
    accept(socket) {
      let unread = '';
      socket.setEncoding('latin1');
      // A client that has gone needs no answer.
      socket.on('error', () => undefined);
      socket.on('data', (piece: string) => {
        const { commands, rest } = parsed(unread + piece);
        unread = rest;
        for (const command of commands) socket.write(answer(command), 'latin1');
      });
    },
  };
}

/** A text, or that there is none. */
export function bulk(text: string | null): string {
  return text === null ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`;
}

/** As a Redis that is too old for what clients ask of it first (HELLO, CLIENT SETINFO). */
export function unknownCommand(name: string): string {
  return `-ERR unknown command '${name}'\r\n`;
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
