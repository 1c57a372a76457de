/**
 * Cuts a file of operations into its records, piece by piece: a history may be longer than any string or
 * array can be.
 */
import { FormScanner, type HistoryFormat, opensList, type Visit } from './forms.ts';

const newline = 0x0a;

/**
 * Lines of JSON, the members of one JSON array, forms of EDN, or the members of one EDN list or vector.
 * A piece may be overwritten once the next one was asked for. Throws E_HISTORY.
 */
export function eachRecord(
  pieces: Iterable<Uint8Array>,
  format: HistoryFormat,
  file: string,
  visit: Visit,
): void {
  let head = new Uint8Array(0);
  let reader: { take(piece: Uint8Array): void; end(): void } | null = null;
  for (const piece of pieces) {
    if (reader !== null) {
      reader.take(piece);
      continue;
    }
    // What it is shows at the first byte that is no space and no comment.
    head = joined(head, piece);
    const isList = opensList(head, format);
    if (isList === null) continue;
    const isLines = format === 'jsonl' && !isList;
    reader = isLines ? new LineScanner(visit) : new FormScanner(format, isList, file, visit);
    reader.take(head);
  }
  reader?.end();
}

class LineScanner {
  private line = 1;
  /** The beginning of a line whose end is in a later piece. */
  private rest = new Uint8Array(0);
  private readonly visit: Visit;

  constructor(visit: Visit) {
    this.visit = visit;
  }

  take(piece: Uint8Array): void {
    let from = 0;
    for (;;) {
      const end = piece.indexOf(newline, from);
      if (end < 0) break;
      if (this.rest.length === 0) this.visit(piece, from, end, this.line);
      else {
        const whole = joined(this.rest, piece.subarray(0, end));
        this.rest = new Uint8Array(0);
        this.visit(whole, 0, whole.length, this.line);
      }
      this.line += 1;
      from = end + 1;
    }
    this.rest = joined(this.rest, piece.subarray(from));
  }

  end(): void {
    this.visit(this.rest, 0, this.rest.length, this.line);
  }
}

/** Always a copy. */
function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
