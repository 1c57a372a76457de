/** Finds where the forms of a text in JSON or EDN begin and end, without reading what is in them. */
import { malformed } from './malformed.ts';

export type HistoryFormat = 'jsonl' | 'edn';

/** One form: `bytes` from `from` up to `to`, which began on `line`. The bytes are only lent. */
export type Visit = (bytes: Uint8Array, from: number, to: number, line: number) => void;

/** What a byte means; those that mean nothing are most. */
const cls = {
  other: 0,
  space: 1,
  newline: 2,
  comma: 3,
  quote: 4,
  open: 5,
  close: 6,
  comment: 7,
  escape: 8,
} as const;

const code = (c: string): number => c.charCodeAt(0);
const [semicolon, backslash, hash] = [code(';'), code('\\'), code('#')];

const classes: Readonly<Record<HistoryFormat, Uint8Array>> = {
  jsonl: classesOf(),
  edn: ednClasses(),
};

function classesOf(): Uint8Array {
  const of = new Uint8Array(256);
  for (const c of ' \t\r') of[code(c)] = cls.space;
  of[code('\n')] = cls.newline;
  of[code(',')] = cls.comma;
  of[code('"')] = cls.quote;
  for (const c of '[{') of[code(c)] = cls.open;
  for (const c of ']}') of[code(c)] = cls.close;
  of[backslash] = cls.escape;
  return of;
}

function ednClasses(): Uint8Array {
  const of = classesOf();
  of[code(',')] = cls.space;
  of[code('(')] = cls.open;
  of[code(')')] = cls.close;
  of[semicolon] = cls.comment;
  return of;
}

/** Does the text begin with a list or vector? Null: nothing but space and comments so far. */
export function opensList(bytes: Uint8Array, syntax: HistoryFormat): boolean | null {
  let isComment = false;
  for (const b of bytes) {
    const c = classes[syntax][b];
    if (isComment) isComment = c !== cls.newline;
    else if (c === cls.comment) isComment = true;
    else if (c !== cls.space && c !== cls.newline) return b === code('[') || b === code('(');
  }
  return null;
}

/** Gives the forms of a text in pieces, or the members of the one list that it is. */
export class FormScanner {
  private readonly syntax: HistoryFormat;
  private readonly file: string;
  private readonly visit: Visit;
  private readonly isList: boolean;
  /** What closes the list; 0: no list, or it is closed. */
  private closer = 0;
  private isClosed = false;
  /** JSON wants commas between members and nowhere else. */
  private comma: 'none yet' | 'wanted' | 'seen' = 'none yet';
  private mode: 'plain' | 'text' | 'comment' = 'plain';
  /** The byte after a backslash counts for nothing. */
  private isEscaped = false;
  private depth = 0;
  private line = 1;
  private beganOn = 1;
  /** The beginning of a form whose end is in a later piece. */
  private rest = new Uint8Array(0);

  constructor(syntax: HistoryFormat, isList: boolean, file: string, visit: Visit) {
    this.syntax = syntax;
    this.isList = isList;
    this.file = file;
    this.visit = visit;
  }

  take(piece: Uint8Array): void {
    let bytes = piece;
    let begin = -1;
    if (this.rest.length > 0) {
      bytes = new Uint8Array(this.rest.length + piece.length);
      bytes.set(this.rest);
      bytes.set(piece, this.rest.length);
      begin = 0;
    }
    const table = classes[this.syntax];
    for (let i = this.rest.length; i < bytes.length; i++) {
      const c = table[bytes[i] as number] as number;
      if (c === cls.other && begin >= 0 && !this.isEscaped) continue;
      if (c === cls.newline) this.line += 1;
      if (this.isEscaped) this.isEscaped = false;
      else if (this.mode !== 'plain') this.pass(c);
      else if (c === cls.other) {
        if (begin < 0) begin = this.begin(i, bytes);
      } else begin = this.mark(c, i, begin, bytes);
      // A text or a bracket at the outside ends its form.
      const isWhole = begin >= 0 && this.depth === 0 && this.mode === 'plain' && !this.isEscaped;
      if (isWhole && (c === cls.close || c === cls.quote)) begin = this.finish(bytes, begin, i + 1);
    }
    this.rest = begin < 0 ? new Uint8Array(0) : bytes.slice(begin);
  }

  end(): void {
    if (this.rest.length > 0) this.finish(this.rest, 0, this.rest.length);
    if (!this.isList || this.isClosed) return;
    const wanted = this.closer === code(']') ? ']' : ')';
    malformed(this.file, this.line, `got the end of the file, wanted ${wanted}`);
  }

  /** Inside a text or a comment. */
  private pass(c: number): void {
    if (this.mode === 'comment') {
      if (c === cls.newline) this.mode = 'plain';
    } else if (c === cls.escape) this.isEscaped = true;
    else if (c === cls.quote) this.mode = 'plain';
  }

  /** A byte that means something; gives where the open form begins now. */
  private mark(c: number, i: number, begin: number, bytes: Uint8Array): number {
    switch (c) {
      case cls.quote:
        this.mode = 'text';
        return begin < 0 ? this.begin(i, bytes) : begin;
      case cls.escape:
        this.isEscaped = true;
        return begin < 0 ? this.begin(i, bytes) : begin;
      case cls.open:
        if (begin < 0 && this.opens(bytes[i] as number)) return -1;
        this.depth += 1;
        return begin < 0 ? this.begin(i, bytes) : begin;
      case cls.close:
        return this.close(i, begin, bytes);
      default: {
        if (c === cls.comment) this.mode = 'comment';
        // A tag and a mark to discard belong to what comes next.
        const isAtom = begin >= 0 && this.depth === 0 && bytes[begin] !== hash;
        const open = isAtom ? this.finish(bytes, begin, i) : begin;
        if (c === cls.comma && open < 0) this.separate();
        return open;
      }
    }
  }

  /** The bracket of the list that holds everything is no form's. */
  private opens(byte: number): boolean {
    if (!this.isList || this.closer !== 0) return false;
    this.closer = byte === code('(') ? code(')') : code(']');
    return true;
  }

  private close(i: number, begin: number, bytes: Uint8Array): number {
    if (this.depth > 0) {
      this.depth -= 1;
      return begin;
    }
    if (begin >= 0) this.finish(bytes, begin, i);
    if (this.isList && !this.isClosed && bytes[i] === this.closer) {
      if (this.comma === 'seen') malformed(this.file, this.line, 'got ], wanted a value after ,');
      this.isClosed = true;
      return -1;
    }
    return this.begin(i, bytes);
  }

  private begin(i: number, bytes: Uint8Array): number {
    const got = String.fromCharCode(bytes[i] as number);
    if (this.isClosed) {
      malformed(this.file, this.line, `got ${got} after the list, wanted the end of the file`);
    }
    if (this.comma === 'wanted') {
      malformed(this.file, this.line, `got ${got} after a value, wanted , or ]`);
    }
    this.beganOn = this.line;
    return i;
  }

  private finish(bytes: Uint8Array, from: number, to: number): number {
    this.visit(bytes, from, to, this.beganOn);
    if (this.syntax === 'jsonl') this.comma = 'wanted';
    return -1;
  }

  private separate(): void {
    if (this.comma !== 'wanted') {
      malformed(this.file, this.line, 'got , without a value before it, wanted a value');
    }
    this.comma = 'seen';
  }
}
