/**
 * Says that a command is at work: on a terminal by a line or a picture that is redrawn, in a log by a
 * line now and then, as it would otherwise look like that of a command that hangs.
 */
import { beforeSaid, terminalHeight, terminalWidth, writeRaw } from './output.ts';

/** Something that changes while it is looked at. */
export interface Picture {
  /** As it is now, for a terminal: no line longer than `columns`, and at most `rows` of them. */
  lines(columns: number, rows: number): readonly string[];
  /** As it is now, in a few words, for a log. */
  line(): string;
}

export interface ProgressOptions {
  /** Milliseconds since any moment. */
  readonly nowMs?: () => number;
  readonly write?: (text: string) => void;
  /** Columns of the terminal; null: it is none. */
  readonly columns?: () => number | null;
  /** Rows of the terminal. */
  readonly rows?: () => number;
  /** Has the terminal no cursor that could go back (`TERM=dumb`)? */
  readonly isDumb?: boolean;
}

/** In a log a line is written this often, and the first not before. */
const logEveryMs = 10_000;
/** A picture is redrawn this often. */
const drawEveryMs = 250;
/** Escape sequences for colours take no room. */
// eslint-disable-next-line no-control-regex
const colour = /\u001b\[[\d;]*m/g;

/** The one that is drawn, so that whatever else is said begins on a clean line. */
let drawn: Progress | null = null;
beforeSaid(() => drawn?.clear());

/** Takes away what is drawn, for good: nothing is drawn again until somebody asks for it. */
export function clearProgress(): void {
  drawn?.end();
}

export class Progress {
  private readonly nowMs: () => number;
  private readonly write: (text: string) => void;
  private readonly columns: () => number | null;
  private readonly rows: () => number;
  private readonly isDumb: boolean;
  private saidMs: number;
  private picture: Picture | null = null;
  private timer: NodeJS.Timeout | null = null;
  /** What stands on the terminal, below which there is nothing. */
  private lines: readonly string[] = [];

  constructor(options: ProgressOptions = {}) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.write = options.write ?? ((text) => writeRaw('stderr', text));
    this.columns = options.columns ?? (() => terminalWidth('stderr'));
    this.rows = options.rows ?? (() => terminalHeight('stderr'));
    this.isDumb = options.isDumb ?? process.env['TERM'] === 'dumb';
    this.saidMs = this.nowMs();
  }

  update(text: string): void {
    this.stop();
    const columns = this.terminal();
    if (columns === null) this.log(text);
    else this.draw([text.slice(0, columns - 1)]);
  }

  /** Draws it, again and again, until `update` or `end`. */
  watch(picture: Picture): void {
    this.stop();
    this.picture = picture;
    this.timer = setInterval(() => this.redraw(), drawEveryMs).unref();
    this.redraw();
  }

  /** As often as it likes: what is watched is drawn as it is now. */
  redraw(): void {
    if (this.picture === null) return;
    const columns = this.terminal();
    // The last row stays free: the cursor must not scroll what is above.
    if (columns !== null) this.draw(this.picture.lines(columns - 1, this.rows() - 1));
    else if (this.isDue()) this.log(this.picture.line());
  }

  /** Takes it away, so that what follows begins on a clean line. */
  end(): void {
    this.stop();
    this.clear();
  }

  /** As `end`; what is watched comes back. */
  clear(): void {
    if (drawn !== this) return;
    drawn = null;
    this.write(this.back());
    this.lines = [];
  }

  private stop(): void {
    this.picture = null;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private terminal(): number | null {
    return this.isDumb ? null : this.columns();
  }

  private draw(lines: readonly string[]): void {
    if (drawn !== this) drawn?.clear();
    // In one piece, so that nobody sees it half drawn.
    const text = `${this.back()}${lines.join('\n')}`;
    drawn = null;
    this.write(text);
    drawn = this;
    this.lines = lines;
  }

  /** To where it began, and empty from there; lines may have been broken since by a narrower terminal. */
  private back(): string {
    const columns = this.columns() ?? Infinity;
    const heights = this.lines.map((l) =>
      Math.max(1, Math.ceil(l.replaceAll(colour, '').length / columns)),
    );
    const up = heights.reduce((sum, rows) => sum + rows, 0) - 1;
    return up > 0 ? `\r\u001b[${up}A\u001b[J` : '\r\u001b[2K';
  }

  private isDue(): boolean {
    return this.nowMs() - this.saidMs >= logEveryMs;
  }

  private log(text: string): void {
    if (!this.isDue()) return;
    this.saidMs = this.nowMs();
    this.write(`… ${text}\n`);
  }
}
