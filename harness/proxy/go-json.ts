/**
 * JSON as Go's encoding/json reads and writes it, because Toxiproxy's clients compare bytes: the first
 * value counts and what follows is ignored, keys match whatever their case, a wrong type is
 * reported but the other fields are taken, and errors have Go's words.
 */

/** One parsed value. Numbers keep their text: `1.5` is no int64, and the error must quote it. */
export type GoValue =
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, GoValue])[] }
  | { readonly kind: 'array'; readonly items: readonly GoValue[] }
  | { readonly kind: 'string' | 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' };

/** A body that Go's decoder would refuse, with its message. */
export class GoJsonError extends Error {
  override readonly name = 'GoJsonError';
}

/** The first JSON value in `text`. Throws `GoJsonError`. */
export function decodeGo(text: string): GoValue {
  return new Scanner(text).first();
}

/**
 * `value` as Go's json.Marshal prints it: `<`, `>`, `&` and two line separators are escaped. A Map is
 * an object whose keys keep their order, whatever they look like; a bigint is a number.
 */
export function encodeGo(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(encodeGo).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries.map(([key, v]) => `${encodeGo(key)}:${encodeGo(v)}`).join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Levels of nesting; Go takes 10,000, which is more than our stack. A request has four. */
const nestedMax = 1_000;
const numberSyntax = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class Scanner {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  first(): GoValue {
    this.space();
    if (this.at >= this.text.length) throw new GoJsonError('EOF');
    return this.value();
  }

  private value(): GoValue {
    this.space();
    const c = this.text[this.at];
    if (c === '{') return this.nested(() => this.object());
    if (c === '[') return this.nested(() => this.array());
    if (c === '"') return { kind: 'string', text: this.string() };
    if (c === 't') return this.literal('true', { kind: 'bool', value: true });
    if (c === 'f') return this.literal('false', { kind: 'bool', value: false });
    if (c === 'n') return this.literal('null', { kind: 'null' });
    if (c === '-' || (c !== undefined && c >= '0' && c <= '9')) return this.number();
    return this.unexpected('looking for beginning of value');
  }

  private nested(read: () => GoValue): GoValue {
    this.depth += 1;
    if (this.depth > nestedMax) throw new GoJsonError('exceeded max depth');
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): GoValue {
    const members: (readonly [string, GoValue])[] = [];
    this.at += 1;
    this.space();
    if (this.take('}')) return { kind: 'object', members };
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.space();
      if (!this.take(':')) this.unexpected('after object key');
      members.push([key, this.value()]);
      this.space();
      if (this.take('}')) return { kind: 'object', members };
      if (!this.take(',')) this.unexpected('after object key:value pair');
    }
  }

  private array(): GoValue {
    const items: GoValue[] = [];
    this.at += 1;
    this.space();
    if (this.take(']')) return { kind: 'array', items };
    for (;;) {
      items.push(this.value());
      this.space();
      if (this.take(']')) return { kind: 'array', items };
      if (!this.take(',')) this.unexpected('after array element');
    }
  }

  private literal(word: string, value: GoValue): GoValue {
    for (let i = 1; i < word.length; i++) {
      this.at += 1;
      const wanted = word.charAt(i);
      if (this.text[this.at] !== wanted) {
        this.unexpected(`in literal ${word} (expecting ${quote(wanted)})`);
      }
    }
    this.at += 1;
    return value;
  }

  private number(): GoValue {
    numberSyntax.lastIndex = this.at;
    const text = numberSyntax.exec(this.text)?.[0];
    if (text === undefined) {
      this.at += 1;
      return this.unexpected('in numeric literal');
    }
    this.at += text.length;
    const next = this.text[this.at] ?? '';
    if (next === '.' && !/[.eE]/.test(text)) {
      this.at += 1;
      return this.unexpected('after decimal point in numeric literal');
    }
    if ((next === 'e' || next === 'E') && !/[eE]/.test(text)) {
      this.at += 1;
      return this.unexpected('in exponent of numeric literal');
    }
    return { kind: 'number', text };
  }

  /** Finds the end of the string, then leaves its escapes to JSON.parse. */
  private string(): string {
    const begin = this.at;
    for (;;) {
      this.at += 1;
      const c = this.text[this.at];
      if (c === '"') break;
      if (c === undefined || c < ' ') this.unexpected('in string literal');
      if (c === '\\') this.escape();
    }
    this.at += 1;
    return JSON.parse(this.text.slice(begin, this.at)) as string;
  }

  private escape(): void {
    this.at += 1;
    const c = this.text[this.at];
    if (c !== 'u') {
      if (c === undefined || !'"\\/bfnrt'.includes(c)) this.unexpected('in string escape code');
      return;
    }
    for (let i = 0; i < 4; i++) {
      this.at += 1;
      if (!/^[0-9a-fA-F]$/.test(this.text[this.at] ?? '')) {
        this.unexpected('in \\u hexadecimal character escape');
      }
    }
  }

  private space(): void {
    while (/^[ \t\r\n]$/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false;
    this.at += 1;
    return true;
  }

  private unexpected(where: string): never {
    const c = this.text[this.at];
    if (c === undefined) throw new GoJsonError('unexpected EOF');
    throw new GoJsonError(`invalid character ${quote(c)} ${where}`);
  }
}

function quote(c: string): string {
  if (c === "'") return "'\\''";
  if (c === '"') return `'"'`;
  return `'${JSON.stringify(c).slice(1, -1)}'`;
}
