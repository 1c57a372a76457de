/**
 * Says that a command is at work: one line that is redrawn on a terminal, a line now and then in a
 * log, which would otherwise look like that of a command that hangs.
 */
import { terminalWidth, writeRaw } from './output.ts';

export interface ProgressOptions {
  /** Milliseconds since any moment. */
  readonly nowMs?: () => number;
  readonly write?: (text: string) => void;
  /** Columns of the terminal; null: it is none. */
  readonly columns?: () => number | null;
  /** Has the terminal no cursor that could go back (`TERM=dumb`)? */
  readonly isDumb?: boolean;
}

/** In a log a line is written this often, and the first not before. */
const logEveryMs = 10_000;
const clearLine = '\r\u001b[2K';

/** The one that is drawn, so that whatever else is said begins on a clean line. */
let drawn: (() => void) | null = null;

/** Takes the progress line away, if one is drawn. */
export function clearProgress(): void {
  drawn?.();
}

export class Progress {
  private readonly nowMs: () => number;
  private readonly write: (text: string) => void;
  private readonly columns: () => number | null;
  private readonly isDumb: boolean;
  private saidMs: number;

  constructor(options: ProgressOptions = {}) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.write = options.write ?? ((text) => writeRaw('stderr', text));
    this.columns = options.columns ?? (() => terminalWidth('stderr'));
    this.isDumb = options.isDumb ?? process.env['TERM'] === 'dumb';
    this.saidMs = this.nowMs();
  }

  update(text: string): void {
    const columns = this.columns();
    if (columns === null || this.isDumb) {
      this.log(text);
      return;
    }
    this.write(`${clearLine}${text.slice(0, columns - 1)}`);
    drawn = () => this.end();
  }

  /** Takes the line away, so that what follows begins on a clean one. */
  end(): void {
    if (drawn === null) return;
    drawn = null;
    this.write(clearLine);
  }

  private log(text: string): void {
    const nowMs = this.nowMs();
    if (nowMs - this.saidMs < logEveryMs) return;
    this.saidMs = nowMs;
    this.write(`… ${text}\n`);
  }
}
