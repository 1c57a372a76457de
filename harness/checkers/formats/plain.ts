/**
 * The quick way to read transactions: straight from bytes into numbers. It knows the plain shape alone,
 * whole numbers and short names in the usual order; everything else, and all that is malformed, it leaves
 * to the parsers that know every shape and can say what is wrong.
 */
import { noList } from '../transactions/table/lists.ts';
import { unknownRead } from '../transactions/table/micros.ts';
import type { TxnTable } from '../transactions/table/table.ts';
import type { HistoryFormat } from './forms.ts';
import { Names } from './names.ts';
import type { EventType } from './pairing.ts';

const code = (c: string): number => c.charCodeAt(0);
const [quote, colon, comma, zero] = [code('"'), code(':'), code(','), code('0')];
const [opener, closer, openMap, closeMap] = [code('['), code(']'), code('{'), code('}')];
/** Names are short, and a byte a character. */
const nameMax = 40;
const words = ['invoke', 'ok', 'fail', 'info', 'type', 'value', 'process', 'time', 'index', 'f'];
const [typeWord, valueWord, processWord, timeWord, indexWord, fWord] = [4, 5, 6, 7, 8, 9];
/** The words of a transaction have the numbers after those. */
const [txnWord, readWord, writeWord] = [10, 11, 12];
/** What a parse gives when the shape is not plain: no number and no code of a value. */
const odd = -0x80000000;

/** 1 at the bytes that names may have. */
const nameBytes = new Uint8Array(256);
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_')
  nameBytes[code(c)] = 1;

export class PlainReader {
  type: EventType = 'invoke';
  process = 0;
  /** As `TxnTable.close` takes them; overwritten by the next `read`. */
  readonly micros: number[] = [];
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;
  private end = 0;
  private readonly isJson: boolean;
  private readonly table: TxnTable;
  private readonly names: Names;
  /** By name: its code as a value. */
  private readonly codes: number[] = [];

  constructor(table: TxnTable, format: HistoryFormat) {
    this.table = table;
    this.isJson = format === 'jsonl';
    const write = table.kind === 'list-append' ? 'append' : 'w';
    this.names = new Names([...words, 'txn', 'r', write]);
  }

  /** True: one event of a transaction was read. False: nothing may be concluded. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    return this.event() && this.peek() === 0;
  }

  private event(): boolean {
    if (!this.take(openMap)) return false;
    let [hasType, hasValue] = [false, false];
    this.process = 0;
    for (let isFirst = true; !this.take(closeMap); isFirst = false) {
      if (!isFirst && !this.separator()) return false;
      const field = this.name();
      if (field === odd || (this.isJson && !this.take(colon))) return false;
      if (field === typeWord && !hasType) {
        const type = this.name();
        if (type < 0 || type >= typeWord) return false;
        this.type = words[type] as EventType;
        hasType = true;
      } else if (field === valueWord) {
        if (!hasType || hasValue || !this.transaction()) return false;
        hasValue = true;
      } else if (field === fWord) {
        if (this.name() !== txnWord) return false;
      } else if (field === processWord || field === timeWord || field === indexWord) {
        const n = this.number();
        if (n === odd) return false;
        if (field === processWord) this.process = n;
      } else return false;
    }
    return hasType && hasValue;
  }

  private transaction(): boolean {
    this.micros.length = 0;
    if (!this.take(opener)) return false;
    for (let isFirst = true; !this.take(closer); isFirst = false) {
      if (!isFirst && !this.separator()) return false;
      if (!this.take(opener) || !this.micro() || !this.take(closer)) return false;
    }
    return true;
  }

  private micro(): boolean {
    const { table } = this;
    const f = this.name();
    if ((f !== writeWord && f !== readWord) || !this.separator()) return false;
    const keyCode = this.scalar();
    if (keyCode === odd || !this.separator()) return false;
    const key = table.keyId(keyCode);
    const isRead = f === readWord;
    let value = isRead && table.kind === 'list-append' ? this.list(key) : this.scalar();
    if (value === odd) return false;
    if (isRead && this.type !== 'ok') value = unknownRead(table);
    this.micros.push(isRead ? 0 : 1, key, value);
    return true;
  }

  /** A list of numbers, as its node; null is the empty list. */
  private list(key: number): number {
    const { lists } = this.table;
    const isKnown = this.type === 'ok';
    if (!this.take(opener)) {
      if (this.scalar() !== -1) return odd;
      return isKnown ? lists.empty(key) : noList;
    }
    // What is not an answer does not show a list to anybody.
    if (!isKnown) return odd;
    let list = lists.empty(key);
    if (this.take(closer)) return list;
    for (;;) {
      const n = this.small();
      if (n === odd) return odd;
      list = lists.with(list, n);
      // Mostly the next byte is a comma, and after it comes a number.
      if (this.bytes[this.at] === comma) this.at += 1;
      else if (this.take(closer)) return list;
      else if (!this.separator()) return odd;
    }
  }

  /** The code of a number, a name or null. */
  private scalar(): number {
    const b = this.peek();
    if (b >= zero && b <= zero + 9) return this.small();
    if (this.isNull()) return -1;
    const name = this.name();
    if (name === odd) return odd;
    return (this.codes[name] ??= this.table.values.code(this.names.text(name)));
  }

  /** A number that is its own code. */
  private small(): number {
    const n = this.number();
    return n <= 0x7fffffff ? n : odd;
  }

  /** A whole number from 0, in its only spelling. */
  private number(): number {
    const first = this.peek() - zero;
    if (first < 0 || first > 9) return odd;
    const { bytes, end } = this;
    let n = first;
    let at = this.at + 1;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9) break;
      n = n * 10 + digit;
    }
    const isSpelt = first !== 0 || at === this.at + 1;
    this.at = at;
    return isSpelt && this.isEnd(at) ? n : odd;
  }

  /** May a number or a word end here? */
  private isEnd(at: number): boolean {
    if (at >= this.end) return true;
    const b = this.bytes[at];
    return b === comma || b === closer || b === closeMap || isSpace(b as number);
  }

  /** The number of a text in JSON without escapes, or of a keyword or such a text in EDN. */
  private name(): number {
    const b = this.peek();
    const isKeyword = b === colon && !this.isJson;
    if (b !== quote && !isKeyword) return odd;
    const { bytes } = this;
    const from = this.at + 1;
    const end = Math.min(this.end, from + nameMax);
    let at = from;
    while (at < end && nameBytes[bytes[at] as number] === 1) at += 1;
    const isEnded = isKeyword ? this.isEnd(at) : at < this.end && bytes[at] === quote;
    if (!isEnded || at === from) return odd;
    this.at = isKeyword ? at : at + 1;
    return this.names.id(bytes, from, at);
  }

  private isNull(): boolean {
    const word = this.isJson ? 'null' : 'nil';
    const { bytes, at } = this;
    const to = at + word.length;
    if (to > this.end || !this.isEnd(to)) return false;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
    this.at = to;
    return true;
  }

  /** Between two values JSON has one comma; in EDN a comma is a space. */
  private separator(): boolean {
    return !this.isJson || this.take(comma);
  }

  private take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at += 1;
    return true;
  }

  /** The next byte that is no space, which `at` is on then; 0: there is none. */
  private peek(): number {
    const { bytes, end } = this;
    for (; this.at < end; this.at++) {
      const b = bytes[this.at] as number;
      if (b > 0x20 ? b !== comma || this.isJson : !isSpace(b)) return b;
    }
    return 0;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
