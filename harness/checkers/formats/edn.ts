/** Reads EDN (edn-format.org), as far as Jepsen's histories need it, as JSON values. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';

export interface Form {
  readonly value: Json;
  /** 1 is the first line. */
  readonly line: number;
}

/**
 * The forms of `text`. Keywords, symbols and characters become texts without their mark, lists,
 * vectors and sets arrays, maps records (a key that is not a text by its canonical JSON), and tags
 * are dropped. A file that is one list or vector gives its members. Throws E_HISTORY with `file` and
 * line.
 */
export function readEdn(text: string, file: string): Form[] {
  const reader = new Reader(text, file);
  const forms: Form[] = [];
  for (;;) {
    const isEnd = reader.skip();
    if (isEnd) return forms;
    if (forms.length === 0 && reader.opensSequence()) {
      const members = reader.members();
      if (reader.skip()) return members;
      forms.push({ value: members.map((m) => m.value), line: 1 });
    } else forms.push(reader.form());
  }
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '#{': '}' };
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
};
const atomEnd = /[\s,()[\]{}";]/;
const number = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[NM]?$/;

class Reader {
  private at = 0;
  private line = 1;
  private readonly text: string;
  private readonly file: string;

  constructor(text: string, file: string) {
    this.text = text;
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

  opensSequence(): boolean {
    return this.text[this.at] === '(' || this.text[this.at] === '[';
  }

  form(): Form {
    if (this.skip()) this.fail('a value', 'the end of the file');
    return { line: this.line, value: this.value() };
  }

  members(): Form[] {
    const opener = this.text[this.at] === '#' ? '#{' : (this.text[this.at] as string);
    const closer = closers[opener] as string;
    this.at += opener.length;
    const members: Form[] = [];
    for (;;) {
      if (this.skip()) this.fail(closer, 'the end of the file');
      if (this.text[this.at] === closer) break;
      members.push(this.form());
    }
    this.at += 1;
    return members;
  }

  private value(): Json {
    const c = this.text[this.at] as string;
    if (c === '"') return this.string();
    if (c === '{') return this.map();
    if (c === '[' || c === '(') return this.members().map((m) => m.value);
    if (c === ')' || c === ']' || c === '}') return this.fail('a value', c);
    if (c === '#' && this.text[this.at + 1] === '{') return this.members().map((m) => m.value);
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
    const record: Record<string, Json> = {};
    for (let i = 0; i < members.length; i += 2) {
      const key = members[i]?.value ?? null;
      record[typeof key === 'string' ? key : canonical(key)] = members[i + 1]?.value ?? null;
    }
    return record;
  }

  private string(): string {
    let out = '';
    for (this.at += 1; this.at < this.text.length; this.at++) {
      const c = this.text[this.at] as string;
      if (c === '"') {
        this.at += 1;
        return out;
      }
      if (c === '\n') this.line += 1;
      if (c !== '\\') out += c;
      else {
        this.at += 1;
        const e = this.text[this.at] ?? '';
        out += escapes[e] ?? this.fail('an escape \\n \\t \\r \\" or \\\\', `\\${e}`);
      }
    }
    return this.fail('the end of a text in quotes', 'the end of the file');
  }

  private atom(): string {
    const from = this.at;
    // A character (`\(`) may be a delimiter itself.
    if (this.text[this.at] === '\\') this.at += 2;
    while (this.at < this.text.length && !atomEnd.test(this.text[this.at] as string)) this.at += 1;
    if (this.at === from) this.fail('a value', this.text[from] ?? 'the end of the file');
    return this.text.slice(from, this.at);
  }

  private fail(wanted: string, got: string): never {
    throw new HarnessError(
      'E_HISTORY',
      `${this.file}:${this.line}: got ${got}, wanted ${wanted}. Write the history as EDN.`,
    );
  }
}

function parseAtom(atom: string): Json {
  if (atom === 'nil') return null;
  if (atom === 'true') return true;
  if (atom === 'false') return false;
  if (number.test(atom)) return Number(atom.replace(/[NM]$/, ''));
  if (atom.startsWith(':') || atom.startsWith('\\')) return atom.slice(1);
  return atom;
}
