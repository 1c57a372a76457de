/** A terminal in miniature: what stands on the screen after what was written to it. */
import assert from 'node:assert/strict';

// oxlint-disable-next-line no-control-regex -- that is how colours are written
const colours = /\u001b\[[\d;]*m/g;
// oxlint-disable-next-line no-control-regex
const pieces = /\u001b\[(\d*)([A-Za-z])|[\r\n]|[^\r\n\u001b]+/gy;

export function withoutColours(text: string): string {
  return text.replaceAll(colours, '');
}

/** Knows what a progress needs: new lines, going back, up, clearing a line and all below. Fails on others. */
export class Screen {
  columns: number;
  private rows: string[] = [''];
  private row = 0;
  private column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    let end = 0;
    for (const match of withoutColours(text).matchAll(pieces)) {
      end = match.index + match[0].length;
      const [piece, n = '', command] = match;
      if (command !== undefined) this.command(command, n);
      else if (piece === '\r') this.column = 0;
      else if (piece === '\n') this.newLine();
      else this.put(piece);
    }
    assert.equal(end, withoutColours(text).length, `not known: ${JSON.stringify(text.slice(end))}`);
  }

  /** Lines that are too long are broken, as terminals do. */
  narrow(columns: number): void {
    this.columns = columns;
    const broken = this.rows.map((l) => l.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.row = broken.slice(0, this.row + 1).flat().length - 1;
    this.rows = broken.flat();
  }

  /** Without what is empty at the end. */
  lines(): string[] {
    const lines = this.rows.map((l) => l.trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  private command(command: string, n: string): void {
    if (command === 'A') this.row = Math.max(0, this.row - Number(n || '1'));
    else if (command === 'J') {
      this.rows = this.rows.slice(0, this.row + 1);
      this.rows[this.row] = (this.rows[this.row] ?? '').slice(0, this.column);
    } else if (command === 'K' && n === '2') this.rows[this.row] = '';
    else assert.fail(`no command ${n}${command}`);
  }

  private newLine(): void {
    this.row += 1;
    this.column = 0;
    this.rows[this.row] ??= '';
  }

  private put(text: string): void {
    for (const c of text) {
      if (this.column === this.columns) this.newLine();
      const line = (this.rows[this.row] ?? '').padEnd(this.column);
      this.rows[this.row] = line.slice(0, this.column) + c + line.slice(this.column + 1);
      this.column += 1;
    }
  }
}
