/**
 * The versions of lists, as committed reads show them: a list is a version, and whoever read it saw all
 * before it (Kingsbury & Alvaro, "Elle", 2020, section 4). The longest list read of a key gives the
 * order of its versions. What a transaction appended itself at the end of what it read shows nothing of
 * that order: others may come in between before it commits.
 */
import type { Lists } from '../table/lists.ts';
import { noList } from '../table/lists.ts';
import type { Txns } from '../table/txns.ts';

export class ListVersions {
  readonly txns: Txns;
  readonly lists: Lists;
  /** By list: the first row to return that read it or a longer one from others; -1: nobody did. */
  readonly seenBy: Int32Array;
  /** By list: the append (a micro-operation) that made it; -1: none that was called. */
  readonly append: Int32Array;
  /** By append: the list it made; -1: nobody else saw it. */
  readonly listOf: Int32Array;
  /** By key: the longest list read; -1: none. */
  readonly longest: Int32Array;
  /** By list: the next one on the way to the longest; -1: it is the longest, or not on that way. */
  readonly next: Int32Array;
  /** By row: 1 if it took effect: it committed, or somebody saw what it appended. */
  readonly hasHappened: Uint8Array;

  constructor(txns: Txns) {
    const { table, count } = txns;
    const { lists } = table;
    this.txns = txns;
    this.lists = lists;
    this.seenBy = new Int32Array(lists.count).fill(-1);
    this.append = new Int32Array(lists.count).fill(-1);
    this.listOf = new Int32Array(table.key.length).fill(-1);
    this.longest = new Int32Array(table.keys).fill(-1);
    this.next = new Int32Array(lists.count).fill(-1);
    this.hasHappened = new Uint8Array(count);
    this.findAppends();
    for (const row of txns.byEnd) this.mark(row);
    this.findLongest();
    for (let key = 0; key < table.keys; key++) this.chain(this.longest[key] as number);
  }

  isSeen(list: number): boolean {
    return this.seenBy[list] !== -1;
  }

  /** Does the list lie on the way to the longest of its key? */
  isMain(list: number): boolean {
    return this.next[list] !== -1 || this.longest[this.lists.key.at(list)] === list;
  }

  /** The row that made a list and did not abort; -1: none, or its append is in the list before. */
  maker(list: number): number {
    const append = this.append[list] as number;
    const row = this.txns.writerRow(append);
    if (row === -1 || this.txns.isAborted(row)) return -1;
    const first = this.listOf[append] as number;
    return first !== list && first !== -1 && this.lists.isPrefix(first, list) ? -1 : row;
  }

  /** The list that a row read, without what it appended itself. */
  othersOf(row: number, list: number): number {
    let at = list;
    while (this.lists.size.at(at) > 0 && this.txns.writerRow(this.append[at] as number) === row) {
      at = this.lists.parent.at(at);
    }
    return at;
  }

  private findAppends(): void {
    const { lists, txns } = this;
    for (let list = 0; list < lists.count; list++) {
      if (lists.size.at(list) === 0) continue;
      const append = txns.writes.writer(lists.key.at(list), lists.element.at(list));
      if (txns.writerRow(append) !== -1) this.append[list] = append;
    }
  }

  private mark(row: number): void {
    const { table } = this.txns;
    const { parent } = this.lists;
    this.hasHappened[row] = 1;
    const to = table.to.at(row);
    for (let m = table.from.at(row); m < to; m++) {
      if (table.isWrite.at(m) === 1) continue;
      let at = this.othersOf(row, table.value.at(m));
      while (at !== noList && this.seenBy[at] === -1) {
        this.seenBy[at] = row;
        at = parent.at(at);
      }
    }
  }

  private findLongest(): void {
    const { lists, txns } = this;
    for (let list = 0; list < lists.count; list++) {
      if (!this.isSeen(list)) continue;
      const key = lists.key.at(list);
      const longest = this.longest[key] as number;
      if (longest === -1 || lists.size.at(list) > lists.size.at(longest)) this.longest[key] = list;
      const append = this.append[list] as number;
      if (append === -1) continue;
      if (this.listOf[append] === -1) this.listOf[append] = list;
      const row = txns.writerRow(append);
      if (!txns.isAborted(row)) this.hasHappened[row] = 1;
    }
  }

  private chain(longest: number): void {
    if (longest === -1) return;
    for (let at = longest; this.lists.size.at(at) > 0;) {
      const before = this.lists.parent.at(at);
      this.next[before] = at;
      at = before;
    }
  }
}
