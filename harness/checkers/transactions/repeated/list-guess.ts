/**
 * A likely order of transactions on lists, to tell by it who appended what: each takes effect when it returns, or
 * earlier where another needs what it appended or is about to append to what it read. The longest list read of
 * each key tells in which order its elements came. A guess, no more.
 */
import { ending, type TxnTable } from '../table/table.ts';
import { noList } from '../table/lists.ts';
import { never } from '../../operations.ts';

/** So many transactions may have to take effect before one. */
const depthMax = 20;
/** So many elements of others may come before those of one that takes effect. */
const aheadMax = 64;

/** By list: the append that the guess has its last element from; -1: none. */
export function guessAppends(table: TxnTable): Int32Array {
  const guess = new ListGuess(table);
  const events: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (table.ending.at(row) === ending.aborted) continue;
    events[table.call.at(row)] = row;
    const isOver = table.ending.at(row) === ending.committed && table.end.at(row) !== never;
    if (isOver) events[table.end.at(row)] = row;
  }
  // Positions of a row: the first time it is called, the second time it returns.
  for (const row of events) {
    if (row === undefined) continue;
    if (guess.waiting.has(row)) guess.settle(row, 0);
    else if (!guess.isDone(row)) guess.call(row);
  }
  return guess.appendOf;
}

/** What a row does with one key. */
interface Part {
  readonly key: number;
  /** The list that it finds; -1: not known. */
  base: number;
  readonly appends: number[];
}

class ListGuess {
  readonly appendOf: Int32Array;
  /** Rows that were called and did not take effect, with what they do. */
  readonly waiting = new Map<number, readonly Part[]>();
  private readonly table: TxnTable;
  private readonly done: Uint8Array;
  /** By key: the list there is; -1: nobody read any. */
  private readonly now: Int32Array;
  /** By list: the next one on the way to the longest; -1: none. */
  private readonly next: Int32Array;
  /** By key: waiting rows. */
  private readonly byKey: Set<number>[];

  constructor(table: TxnTable) {
    const { lists } = table;
    this.table = table;
    this.appendOf = new Int32Array(lists.count).fill(-1);
    this.done = new Uint8Array(table.rows);
    this.now = new Int32Array(table.keys).fill(-1);
    this.next = new Int32Array(lists.count).fill(-1);
    this.byKey = Array.from({ length: table.keys }, () => new Set());
    // The first of several that are as long.
    for (let list = 0; list < lists.count; list++) {
      const best = this.now[lists.key.at(list)] as number;
      if (best === -1 || lists.size.at(list) > lists.size.at(best)) {
        this.now[lists.key.at(list)] = list;
      }
    }
    for (let key = 0; key < table.keys; key++) this.now[key] = this.chain(this.now[key] as number);
  }

  isDone(row: number): boolean {
    return this.done[row] === 1;
  }

  call(row: number): void {
    const parts = this.partsOf(row);
    this.waiting.set(row, parts);
    for (const { key } of parts) this.byKey[key]?.add(row);
  }

  /** Lets a row take effect, whether its reads are right by then or not. */
  settle(row: number, depth: number): void {
    const parts = this.waiting.get(row);
    if (parts === undefined || depth > depthMax) return;
    this.waiting.delete(row);
    for (const part of parts) this.reach(part, depth);
    const appended = parts.filter((p) => p.appends.length > 0);
    for (const { key } of appended) this.letReadersFirst(key, parts, depth);
    for (const part of appended) this.append(part);
    for (const { key } of parts) this.byKey[key]?.delete(row);
    this.done[row] = 1;
  }

  /** Lets those take effect first whose elements are to be found. */
  private reach(part: Part, depth: number): void {
    const { size, element } = this.table.lists;
    const { key } = part;
    const target = part.base === -1 ? this.placeOf(part) : part.base;
    for (;;) {
      const now = this.now[key] as number;
      const step = now === -1 ? -1 : (this.next[now] as number);
      if (target === -1 || step === -1 || size.at(now) >= size.at(target)) return;
      const rows = [...(this.byKey[key] as Set<number>)].filter((row) =>
        this.startsWith(row, key, element.at(step)),
      );
      const first = rows.find((row) => this.isReady(row)) ?? rows[0];
      if (first !== undefined) this.settle(first, depth + 1);
      if (this.now[key] === now) return;
    }
  }

  /** Where what it appends comes next; -1: nowhere near. */
  private placeOf({ key, appends }: Part): number {
    if (appends.length === 0) return -1;
    let at = this.now[key] as number;
    for (let n = 0; n < aheadMax && at !== -1; n++) {
      if (this.fits(at, appends)) return at;
      at = this.next[at] as number;
    }
    return -1;
  }

  /** Do these continue the list, as far as anybody read on? */
  private fits(list: number, appends: readonly number[]): boolean {
    let at = list;
    for (const append of appends) {
      const step = this.next[at] as number;
      if (step === -1) return true;
      if (this.table.lists.element.at(step) !== this.table.value.at(append)) return false;
      at = step;
    }
    return true;
  }

  /** Those that read a key which is about to be appended to by one that does `parts`. */
  private letReadersFirst(key: number, parts: readonly Part[], depth: number): void {
    for (const row of this.byKey[key] as Set<number>) {
      const own = this.waiting.get(row);
      if (own === undefined || depth >= depthMax) continue;
      if (own.find((p) => p.key === key)?.base !== this.now[key]) continue;
      const isSpoiled = own.some(
        (p) => p.appends.length > 0 && parts.some((q) => q.key === p.key && q.base !== -1),
      );
      if (isSpoiled) continue;
      if (!this.isReady(row)) {
        this.waiting.delete(row);
        for (const part of own) this.reach(part, depth + 1);
        this.waiting.set(row, own);
      }
      if (this.isReady(row)) this.settle(row, depth + 1);
    }
  }

  private append({ key, appends }: Part): void {
    for (const append of appends) {
      const now = this.now[key] as number;
      const step = now === -1 ? -1 : (this.next[now] as number);
      if (step === -1) return;
      if (this.table.lists.element.at(step) !== this.table.value.at(append)) return;
      this.appendOf[step] = append;
      this.now[key] = step;
    }
  }

  private startsWith(row: number, key: number, element: number): boolean {
    const part = this.waiting.get(row)?.find((p) => p.key === key);
    const first = part?.appends[0];
    return first !== undefined && this.table.value.at(first) === element;
  }

  /** Would it find what it found? */
  private isReady(row: number): boolean {
    return (this.waiting.get(row) ?? []).every(({ key, base, appends }) => {
      const now = this.now[key] as number;
      return base === -1 ? now === -1 || this.fits(now, appends) : base === now;
    });
  }

  /** Makes a list and those before it a way; gives its beginning. */
  private chain(list: number): number {
    if (list === -1) return -1;
    let at = list;
    for (; this.table.lists.size.at(at) > 0; at = this.table.lists.parent.at(at)) {
      this.next[this.table.lists.parent.at(at)] = at;
    }
    return at;
  }

  private partsOf(row: number): readonly Part[] {
    const { table } = this;
    const isKnown = table.ending.at(row) === ending.committed;
    const parts = new Map<number, Part>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const key = table.key.at(m);
      let part = parts.get(key);
      if (part === undefined) parts.set(key, (part = { key, base: -1, appends: [] }));
      if (table.isWrite.at(m) === 1) part.appends.push(m);
      else if (isKnown && part.base === -1) part.base = this.above(table.value.at(m), part.appends);
    }
    return [...parts.values()];
  }

  /** The list before these were appended. */
  private above(list: number, appends: readonly number[]): number {
    let at = list;
    for (const _ of appends) at = at === noList ? noList : this.table.lists.parent.at(at);
    return at;
  }
}
