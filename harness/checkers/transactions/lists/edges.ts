/** Who comes before whom because of lists that were read: the dependencies of Elle's section 4. */
import { Followers } from '../graph/followers.ts';
import { edge, type Link } from '../graph/graph.ts';
import type { ListVersions } from './versions.ts';
import { noList } from '../table/lists.ts';

export class ListEdges {
  private readonly v: ListVersions;
  /** By list on the way to the longest: the row that made what comes after it; -1: none. */
  readonly nextMaker: Int32Array;
  /** By list: the row that made it or, if nobody who counts did, what is before it; -1: none. */
  readonly lastMaker: Int32Array;
  /** By key: who appended what nobody saw. Lists only grow, so that came after all that was seen. */
  private readonly unseen = new Map<number, Followers>();
  /** Nodes that stand for no transaction. */
  readonly extras: number;
  /** Is of every key known in which order it was appended to? */
  readonly isWhole: boolean;

  constructor(versions: ListVersions) {
    this.v = versions;
    const { lists } = versions;
    this.nextMaker = new Int32Array(lists.count).fill(-1);
    this.lastMaker = new Int32Array(lists.count).fill(-1);
    // A list has a higher number than what it continues.
    for (let list = 0; list < lists.count; list++) {
      if (!versions.isSeen(list)) continue;
      const maker = versions.maker(list);
      const parent = lists.parent.at(list);
      if (maker !== -1) this.lastMaker[list] = maker;
      else if (parent !== noList) this.lastMaker[list] = this.lastMaker[parent] as number;
    }
    for (const longest of versions.longest) this.chain(longest);
    let extras = 0;
    let isWhole = true;
    for (const [key, rows] of this.findUnseen()) {
      if (rows.length > 1) isWhole = false;
      const longest = versions.longest[key] as number;
      // Who appended to what nobody read comes after nothing that is known.
      if (longest === -1) continue;
      const updaters = new Set(rows.filter((row) => this.reads(row, longest)));
      const blind = rows.filter((row) => !updaters.has(row));
      const followers = new Followers(updaters, blind, extras);
      this.unseen.set(key, followers);
      extras += followers.nodes;
    }
    this.extras = extras;
    this.isWhole = isWhole;
  }

  /** `base` is the first of the extra nodes. */
  link(base: number, link: Link): void {
    const { lists } = this.v;
    for (let list = 0; list < lists.count; list++) {
      const maker = this.v.isMain(list) ? this.v.maker(list) : -1;
      if (maker === -1) continue;
      const next = this.nextMaker[list] as number;
      if (next !== -1) link(maker, next, edge.ww);
    }
    for (const row of this.v.txns.byEnd) this.linkReads(row, base, link);
    for (const [key, followers] of this.unseen) {
      const last = this.lastMaker[this.v.longest[key] as number] as number;
      if (last !== -1) followers.linkAfter(last, link);
      followers.link(base, link);
    }
  }

  /** Did nobody see what this row appended to the key? */
  isUnseen(row: number, key: number): boolean {
    return this.unseen.get(key)?.has(row) === true;
  }

  private chain(longest: number): void {
    let next = -1;
    for (let list = longest; list !== noList; list = this.v.lists.parent.at(list)) {
      this.nextMaker[list] = next;
      const maker = this.v.maker(list);
      if (maker !== -1) next = maker;
    }
  }

  private findUnseen(): Map<number, number[]> {
    const { table } = this.v.txns;
    const unseen = new Map<number, number[]>();
    for (let row = 0; row < this.v.txns.count; row++) {
      if (this.v.hasHappened[row] === 0) continue;
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 0 || this.v.listOf[m] !== -1) continue;
        const key = table.key.at(m);
        const rows = unseen.get(key);
        if (rows === undefined) unseen.set(key, [row]);
        else if (rows[rows.length - 1] !== row) rows.push(row);
      }
    }
    return unseen;
  }

  private reads(row: number, list: number): boolean {
    const { table } = this.v.txns;
    if (!this.v.txns.isCommitted(row)) return false;
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0 && this.v.othersOf(row, table.value.at(m)) === list)
        return true;
    }
    return false;
  }

  private linkReads(row: number, base: number, link: Link): void {
    const { table } = this.v.txns;
    const to = table.to.at(row);
    for (let m = table.from.at(row); m < to; m++) {
      if (table.isWrite.at(m) === 1) continue;
      const list = this.v.othersOf(row, table.value.at(m));
      const writer = this.lastMaker[list] as number;
      if (writer !== -1) link(writer, row, edge.wr);
      const next = this.nextMaker[list] as number;
      if (next !== -1) link(row, next, edge.rw);
      const key = table.key.at(m);
      if (this.v.longest[key] === list) this.unseen.get(key)?.linkReader(row, base, link);
    }
  }
}
