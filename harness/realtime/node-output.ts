/** What a node writes: its lines as events, the last of them for people, all in bounded memory. */
import { HarnessError } from '../core/errors.ts';
import type { HistoryEvent } from '../core/history.ts';
import { limits } from '../core/limits.ts';
import { eventOfLine } from '../host/lines.ts';
import { LineReader } from './line-reader.ts';

export interface NodeOutputOptions {
  readonly name: string;
  readonly onEvent: (e: HistoryEvent) => void;
  /** An event was lost: the history is not whole any more. */
  readonly onFailed: (error: Error) => void;
}

/** Last lines kept, for messages and as a log of the node, and characters of each. */
const tailLinesMax = 1_000;
const tailCharactersMax = 2_000;

export class NodeOutput {
  readonly tail: string[] = [];
  private readonly o: NodeOutputOptions;

  constructor(options: NodeOutputOptions) {
    this.o = options;
  }

  /** A reader for one stream of the node; `end` it when the stream has ended. */
  reader(): LineReader {
    return new LineReader({
      onLine: (line) => this.line(line),
      onTooLong: (beginning) => this.tooLong(beginning),
    });
  }

  private line(line: string): void {
    this.keep(line);
    const e = eventOfLine(line);
    if (e !== null) this.o.onEvent(e);
  }

  /** Of a line that may have been an event nobody can go on without; any other is just long. */
  private tooLong(beginning: string): void {
    this.keep(`${beginning}… (more than ${limits.lineCharactersMax} characters, dropped)`);
    if (!beginning.startsWith('{"level"')) return;
    this.o.onFailed(
      new HarnessError(
        'E_NODE_OUTPUT',
        `${this.o.name} wrote an event of more than ${limits.lineCharactersMax} characters, wanted ` +
          `shorter ones: ${beginning.slice(0, 80)}…. Let it observe less at a time.`,
      ),
    );
  }

  private keep(line: string): void {
    this.tail.push(line.slice(0, tailCharactersMax));
    if (this.tail.length > tailLinesMax) this.tail.shift();
  }
}
