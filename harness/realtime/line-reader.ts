/** Text in pieces to whole lines, in bounded memory: whoever writes may forget to end a line. */
import { limits } from '../core/limits.ts';

export interface LineReaderOptions {
  readonly onLine: (line: string) => void;
  /** A line was longer than `limits.lineCharactersMax`; `beginning` is all that was kept of it. */
  readonly onTooLong: (beginning: string) => void;
}

/** Kept of a line that is too long, characters. */
const beginningMax = 1_024;

export class LineReader {
  private readonly o: LineReaderOptions;
  /** Pieces of the line that has not ended yet: joined once, however many there are. */
  private pieces: string[] = [];
  private length = 0;
  /** In a line that was given up: what follows up to its end is dropped. */
  private isSkipping = false;

  constructor(options: LineReaderOptions) {
    this.o = options;
  }

  push(text: string): void {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.add(text.slice(from, at));
      this.finishLine();
      from = at + 1;
    }
    this.add(text.slice(from));
  }

  /** What follows the last line's end is a line as well. */
  end(): void {
    if (this.length > 0) this.finishLine();
  }

  private add(piece: string): void {
    if (this.isSkipping || piece === '') return;
    this.pieces.push(piece);
    this.length += piece.length;
    if (this.length <= limits.lineCharactersMax) return;
    this.o.onTooLong(this.pieces.join('').slice(0, beginningMax));
    this.pieces = [];
    this.length = 0;
    this.isSkipping = true;
  }

  private finishLine(): void {
    const line = this.pieces.join('');
    const isWhole = !this.isSkipping;
    this.pieces = [];
    this.length = 0;
    this.isSkipping = false;
    if (isWhole) this.o.onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
