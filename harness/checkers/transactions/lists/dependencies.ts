/** Transactions that append to lists and read them: a read shows the order of all appends before it. */
import { type Dependencies, nobody, type Reason, somebody } from '../dependencies.ts';
import { Findings } from '../findings.ts';
import { edge, type Link } from '../graph/graph.ts';
import { listAnomalies } from './anomalies.ts';
import { ListEdges } from './edges.ts';
import { ListVersions } from './versions.ts';
import type { Txns } from '../table/txns.ts';
import { Words } from '../words.ts';

export class ListDependencies implements Dependencies {
  readonly findings = new Findings();
  private readonly txns: Txns;
  private readonly versions: ListVersions;
  private readonly edges: ListEdges;
  private readonly words: Words;

  constructor(txns: Txns) {
    this.txns = txns;
    this.words = new Words(txns.table);
    this.versions = new ListVersions(txns);
    this.edges = new ListEdges(this.versions);
    listAnomalies(this.versions, this.words, this.findings);
  }

  get hasHappened(): Uint8Array {
    return this.versions.hasHappened;
  }

  get isOrderKnown(): boolean {
    return this.edges.isWhole;
  }

  get extras(): number {
    return this.edges.extras;
  }

  writerOf(read: number): number {
    const { table, writes } = this.txns;
    const list = this.versions.othersOf(writes.rowOf[read] as number, table.value.at(read));
    const last = this.edges.lastMaker[list] as number;
    if (last !== -1) return last;
    return table.lists.size.at(list) === 0 ? nobody : somebody;
  }

  link(base: number, link: Link): void {
    this.edges.link(base, link);
  }

  reason(a: number, b: number, kind: number): Reason {
    const [from, to] = [this.words.name(a), this.words.name(b)];
    if (kind === edge.ww) return this.overwrote(a, b, from, to);
    return kind === edge.wr ? this.saw(a, b, from, to) : this.missed(a, b, from, to);
  }

  private overwrote(a: number, b: number, from: string, to: string): Reason {
    const { table } = this.txns;
    const { lists } = this.versions;
    for (let m = table.from.at(b); m < table.to.at(b); m++) {
      if (table.isWrite.at(m) === 0) continue;
      const key = table.key.at(m);
      const list = this.mainListOf(m);
      const before = list === -1 ? (this.versions.longest[key] as number) : lists.parent.at(list);
      if (before === -1 || this.edges.lastMaker[before] !== a) continue;
      const what = `${to} appended ${this.words.value(m)} to ${this.words.key(key)}`;
      if (list !== -1) {
        const sentence = `${what} after ${from} had appended to it.`;
        return { sentence, knownAt: this.seenAt(list) };
      }
      const sentence = `${what}, which nobody else saw: after all that was read, the last of it by ${from}.`;
      return { sentence, knownAt: Math.max(this.seenAt(before), this.happenedAt(b)) };
    }
    return this.unsaid(a, b, `${to} appended after ${from} had`);
  }

  /** The list that an append made on the way to the longest; -1: none. */
  private mainListOf(append: number): number {
    const { lists, longest } = this.versions;
    let at = longest[this.txns.table.key.at(append)] as number;
    while (at > -1 && this.versions.append[at] !== append) at = lists.parent.at(at);
    return at;
  }

  private saw(a: number, b: number, from: string, to: string): Reason {
    const { table } = this.txns;
    for (let m = table.from.at(b); m < table.to.at(b); m++) {
      if (table.isWrite.at(m) === 1) continue;
      const list = this.versions.othersOf(b, table.value.at(m));
      if (this.edges.lastMaker[list] !== a) continue;
      const sentence = `${to} read ${this.words.element(list)}, which ${from} had appended.`;
      return { sentence, knownAt: table.end.at(b) };
    }
    return this.unsaid(a, b, `${to} read what ${from} had appended`);
  }

  private missed(a: number, b: number, from: string, to: string): Reason {
    const { table } = this.txns;
    for (let m = table.from.at(a); m < table.to.at(a); m++) {
      if (table.isWrite.at(m) === 1) continue;
      const key = table.key.at(m);
      const list = this.versions.othersOf(a, table.value.at(m));
      const isNext = this.edges.nextMaker[list] === b;
      if (!isNext && (this.versions.longest[key] !== list || !this.edges.isUnseen(b, key)))
        continue;
      const sentence = `${from} read ${this.words.list(list)} from ${this.words.key(key)}, without what ${to} appended to it.`;
      const next = isNext ? this.versions.next[list] : -1;
      const known = next === -1 || next === undefined ? this.happenedAt(b) : this.seenAt(next);
      return { sentence, knownAt: Math.max(table.end.at(a), known) };
    }
    return this.unsaid(a, b, `${from} did not see what ${to} appended`);
  }

  /** An edge that has no single reason of its own. */
  private unsaid(a: number, b: number, sentence: string): Reason {
    const knownAt = Math.max(this.happenedAt(a), this.happenedAt(b));
    return { sentence: `${sentence}.`, knownAt };
  }

  private seenAt(list: number): number {
    return this.txns.table.end.at(this.versions.seenBy[list] as number);
  }

  /** When it was known that a row took effect. */
  private happenedAt(row: number): number {
    const { table } = this.txns;
    if (this.txns.isCommitted(row)) return table.end.at(row);
    let first = Infinity;
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const list = table.isWrite.at(m) === 1 ? (this.versions.listOf[m] as number) : -1;
      if (list !== -1) first = Math.min(first, this.seenAt(list));
    }
    return first;
  }
}
