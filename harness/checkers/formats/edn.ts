/** Reads EDN (edn-format.org), as far as Jepsen's histories need it, as JSON values. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { malformed } from './malformed.ts';
import { inexact } from './numbers.ts';

export interface Form {
  readonly value: Json;
  /** 1 is the first line. */
  readonly line: number;
}

/**
 * The forms of `text`, which begins on `line` of `file`. Keywords, symbols and characters become texts
 * without their mark, lists, vectors and sets arrays, maps records (a key that is not a text by its
 * canonical JSON), and tags are dropped. Throws E_HISTORY.
 */
export function readEdn(text: string, line: number, file: string): Form[] {
  const reader = new Reader(text, line, file);
  const forms: Form[] = [];
  while (!reader.skip()) forms.push(reader.form());
  return forms;
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '#{': '}' };
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
};
/** 1 at the code of a character that ends an atom. */
const atomEnds = new Uint8Array(128);
for (const c of ' \t\r\n,()[]{}";') atomEnds[c.charCodeAt(0)] = 1;
const number = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[NM]?$/;

class Reader {
  private at = 0;
  private line: number;
  private readonly text: string;
  private readonly file: string;

  constructor(text: string, line: number, file: string) {
    this.text = text;
    this.line = line;
    this.file = file;
  }

  /** Passes white space, comments and discarded forms. True at the end of the text. */
  skip(): boolean {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text[this.at];
      if (c === '\n') this.line += 1;
      else if (c === ';') {
        const end = this.text.indexOf('\n', this.at);
        this.at = (end < 0 ? this.text.length : end) - 1;
      } else if (c === '#' && this.text[this.at + 1] === '_') {
        this.at += 2;
        this.form();
        this.at -= 1;
      } else if (c !== ' ' && c !== ',' && c !== '\t' && c !== '\r') return false;
    }
    return true;
  }

  form(): Form {
    if (this.skip()) this.fail('a value', 'the end of the file');
    return { line: this.line, value: this.value() };
  }

  private members(): Json[] {
    const opener = this.text[this.at] === '#' ? '#{' : (this.text[this.at] as string);
    const closer = closers[opener] as string;
    this.at += opener.length;
    const members: Json[] = [];
    for (;;) {
      if (this.skip()) this.fail(closer, 'the end of the file');
      if (this.text[this.at] === closer) break;
      members.push(this.value());
    }
    this.at += 1;
    return members;
  }

  private value(): Json {
    const c = this.text[this.at] as string;
    if (c === '"') return this.string();
    if (c === '{') return this.map();
    if (c === '[' || c === '(') return this.members();
    if (c === ')' || c === ']' || c === '}') return this.fail('a value', c);
    if (c === '#' && this.text[this.at + 1] === '{') return this.members();
    if (c === '#') {
      this.at += 1;
      this.atom();
      return this.form().value;
    }
    return parseAtom(this.atom());
  }

  private map(): Json {
    const members = this.members();
    if (members.length % 2 === 1) this.fail('a value for every key of a map', 'a key alone');
    const entries: [string, Json][] = [];
    for (let i = 0; i < members.length; i += 2) {
      const key = members[i] ?? null;
      entries.push([typeof key === 'string' ? key : canonical(key), members[i + 1] ?? null]);
    }
    // Not by assignment: `__proto__` is a key like any other.
    return Object.fromEntries(entries) as Json;
  }

  private string(): string {
    let out = '';
    let from = this.at + 1;
    for (this.at += 1; this.at < this.text.length; this.at++) {
      const c = this.text[this.at];
      if (c === '"') {
        out += this.text.slice(from, this.at);
        this.at += 1;
        return out;
      }
      if (c === '\n') this.line += 1;
      if (c !== '\\') continue;
      out += this.text.slice(from, this.at) + this.escape();
      from = this.at + 1;
    }
    return this.fail('the end of a text in quotes', 'the end of the file');
  }

  /** What the escape stands for; leaves `at` on its last character. */
  private escape(): string {
    this.at += 1;
    const e = this.text[this.at] ?? '';
    const hex = e === 'u' ? this.text.slice(this.at + 1, this.at + 5) : '';
    if (/^[0-9a-fA-F]{4}$/.test(hex)) {
      this.at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    return escapes[e] ?? this.fail('an escape \\n \\t \\r \\b \\f \\uNNNN \\" or \\\\', `\\${e}`);
  }

  private atom(): string {
    const from = this.at;
    // A character (`\(`) may be a delimiter itself.
    if (this.text[this.at] === '\\') this.at += 2;
    while (this.at < this.text.length && atomEnds[this.text.charCodeAt(this.at)] !== 1) {
      this.at += 1;
    }
    if (this.at === from) this.fail('a value', this.text[from] ?? 'the end of the file');
    return this.text.slice(from, this.at);
  }

  private fail(wanted: string, got: string): never {
    return malformed(this.file, this.line, `got ${got}, wanted ${wanted} in EDN`);
  }
}

function parseAtom(atom: string): Json {
  if (atom.startsWith(':') || atom.startsWith('\\')) return atom.slice(1);
  if (atom === 'nil') return null;
  if (atom === 'true') return true;
  if (atom === 'false') return false;
  if (number.test(atom)) {
    const digits = atom.replace(/[NM]$/, '');
    return inexact(digits) ?? Number(digits);
  }
  return atom;
}
