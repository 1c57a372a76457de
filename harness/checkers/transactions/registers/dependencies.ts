/**
 * Transactions that write registers, every value once, and read them. The order of versions is known
 * only in part: the initial null comes before all, and what a transaction overwrites after it read it
 * comes at once before what it writes. (The latter from snapshot isolation on; there alone it matters,
 * as it gives anti-dependencies only.)
 */
import { type Dependencies, nobody, type Reason, somebody } from '../dependencies.ts';
import { Findings } from '../findings.ts';
import { Followers } from '../graph/followers.ts';
import { edge, type Link } from '../graph/graph.ts';
import { registerAnomalies } from './anomalies.ts';
import { RegisterVersions } from './versions.ts';
import type { Txns } from '../table/txns.ts';
import { nothing } from '../table/values.ts';
import { Words } from '../words.ts';

export class RegisterDependencies implements Dependencies {
  readonly findings = new Findings();
  /** Whose turn was when is known of few. */
  readonly isOrderKnown = false;
  readonly versions: RegisterVersions;
  readonly extras: number;
  private readonly txns: Txns;
  private readonly words: Words;
  /** By version: who wrote the key after it. */
  private readonly followers: (Followers | undefined)[] = [];

  constructor(txns: Txns) {
    this.txns = txns;
    this.words = new Words(txns.table);
    this.versions = new RegisterVersions(txns);
    registerAnomalies(this.versions, this.words, this.findings);
    const writers = this.writersByKey();
    let extras = 0;
    this.versions.updaters.forEach((updaters = new Set<number>(), version) => {
      const key = this.versions.keys[version] as number;
      const isInitial = this.versions.values[version] === nothing;
      const all = isInitial ? (writers.get(key) ?? []) : [];
      const blind = all.filter((row) => !updaters.has(row));
      if (updaters.size + blind.length === 0) return;
      const followers = new Followers(updaters, blind, extras);
      this.followers[version] = followers;
      extras += followers.nodes;
    });
    this.extras = extras;
  }

  get hasHappened(): Uint8Array {
    return this.versions.hasHappened;
  }

  writerOf(read: number): number {
    if (this.txns.table.value.at(read) === nothing) return nobody;
    const writer = this.versions.writer(this.versions.of(read));
    return writer === -1 ? somebody : writer;
  }

  link(base: number, link: Link): void {
    const { table } = this.txns;
    for (const row of this.txns.byEnd) {
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 1) continue;
        const version = this.versions.of(m);
        const writer = this.versions.writer(version);
        if (writer !== -1) link(writer, row, edge.wr);
        this.followers[version]?.linkReader(row, base, link);
      }
    }
    for (const followers of this.followers) followers?.link(base, link);
  }

  reason(a: number, b: number, kind: number): Reason {
    const { table } = this.txns;
    const [from, to] = [this.words.name(a), this.words.name(b)];
    const reader = kind === edge.wr ? b : a;
    for (let m = table.from.at(reader); m < table.to.at(reader); m++) {
      if (table.isWrite.at(m) === 1) continue;
      const version = this.versions.of(m);
      const what = `${this.words.value(m)} from ${this.words.key(table.key.at(m))}`;
      if (kind === edge.wr && this.versions.writer(version) === a) {
        return {
          sentence: `${to} read ${what}, which ${from} had written.`,
          knownAt: table.end.at(b),
        };
      }
      if (kind === edge.rw && this.followers[version]?.has(b) === true) {
        const knownAt = Math.max(table.end.at(a), this.happenedAt(b));
        return { sentence: `${from} read ${what}, which ${to} overwrote.`, knownAt };
      }
    }
    const knownAt = Math.max(this.happenedAt(a), this.happenedAt(b));
    return { sentence: `${from} came before ${to}.`, knownAt };
  }

  private writersByKey(): Map<number, number[]> {
    const { table } = this.txns;
    const writers = new Map<number, number[]>();
    for (let row = 0; row < this.txns.count; row++) {
      if (this.versions.hasHappened[row] === 0) continue;
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 0 || this.versions.initial(table.key.at(m)) === -1) continue;
        const rows = writers.get(table.key.at(m));
        if (rows === undefined) writers.set(table.key.at(m), [row]);
        else if (rows[rows.length - 1] !== row) rows.push(row);
      }
    }
    return writers;
  }

  /** When it was known that a row took effect. */
  private happenedAt(row: number): number {
    const { table } = this.txns;
    if (this.txns.isCommitted(row)) return table.end.at(row);
    let first = Infinity;
    this.versions.write.forEach((write, version) => {
      if (this.txns.writerRow(write) === row)
        first = Math.min(first, this.versions.readAt[version] as number);
    });
    return first;
  }
}
