/**
 * The keys while transactions run: which version is there, who still has to read it, and who is going to
 * replace it.
 */
import type { Problem } from './problem.ts';

export class Stage {
  private readonly p: Problem;
  /** By key: the version that is there, and the row that is going to replace it; -1: none. */
  private readonly now: Int32Array;
  private readonly owners: Int32Array;
  /** By version: how many of its readers did not have it, and what it replaced. */
  private readonly unread: Int32Array;
  private readonly replaced: Int32Array;

  constructor(problem: Problem) {
    const { claims } = problem;
    this.p = problem;
    this.now = Int32Array.from({ length: claims.keys }, (_, key) => key);
    this.owners = new Int32Array(claims.keys).fill(-1);
    this.unread = Int32Array.from(claims.readers, (readers) => readers.length);
    this.replaced = new Int32Array(claims.readers.length).fill(-1);
  }

  versionAt(key: number): number {
    return this.now[key] as number;
  }

  /** Where writers of a key are apart: who started and is going to write the key; -1: nobody. */
  ownerOf(key: number): number {
    return this.owners[key] as number;
  }

  /** `changed` is told every key of which something else may be true now. */
  play(point: number, changed: (key: number) => void): void {
    const { claims, areApart } = this.p;
    const row = this.p.rowOf(point);
    if (row === -1) return;
    if (this.p.isStart(point)) {
      this.count(row, -1, changed);
      if (areApart) this.own(row, row, changed);
    }
    if (!this.p.isCommit(point)) return;
    for (const version of claims.makes.of(row)) {
      const key = claims.keyOf.at(version);
      this.replaced[version] = this.now[key] as number;
      this.now[key] = version;
    }
    this.own(row, -1, changed);
  }

  /** Of what happened last. */
  takeBack(point: number, changed: (key: number) => void): void {
    const { claims, areApart } = this.p;
    const row = this.p.rowOf(point);
    if (row === -1) return;
    if (this.p.isCommit(point)) {
      for (const version of claims.makes.of(row)) {
        this.now[claims.keyOf.at(version)] = this.replaced[version] as number;
      }
      this.own(row, areApart ? row : -1, changed);
    }
    if (!this.p.isStart(point)) return;
    if (areApart) this.own(row, -1, changed);
    this.count(row, 1, changed);
  }

  /** Why a point may not happen now; -1: it may. */
  keyInTheWay(point: number): number {
    const { claims } = this.p;
    const row = this.p.rowOf(point);
    if (row === -1) return -1;
    if (this.p.isStart(point)) {
      for (const version of claims.needs.of(row)) {
        if (!this.isThere(version)) return claims.keyOf.at(version);
      }
    }
    const isCommit = this.p.isCommit(point);
    if (!isCommit && !this.p.areApart) return -1;
    for (const version of claims.makes.of(row)) {
      const key = claims.keyOf.at(version);
      if (!isCommit) {
        if (this.owners[key] !== -1) return key;
      } else if (this.unreadByOthers(row, key) > 0) return key;
    }
    return -1;
  }

  /** True only if every order that is still possible stays possible. */
  isHarmless(point: number): boolean {
    const { claims, areSnapshots, areApart } = this.p;
    const row = this.p.rowOf(point);
    if (row === -1) return true;
    const makes = claims.makes.of(row);
    // To have a snapshot takes nothing from anybody; to be going to write a key does.
    if (!this.p.isCommit(point)) return !areApart || makes.length === 0;
    // Whoever started a snapshot has made its choice then.
    if (areApart) return true;
    // What replaces a version that it read has no other place; what nobody reads is in nobody's way.
    return makes.every((version) => {
      const there = this.now[claims.keyOf.at(version)] as number;
      if (claims.readers[version]?.length === 0) return true;
      return !areSnapshots && claims.needs.of(row).includes(there);
    });
  }

  isThere(version: number): boolean {
    return this.now[this.p.claims.keyOf.at(version)] === version;
  }

  private unreadByOthers(row: number, key: number): number {
    const there = this.now[key] as number;
    const isOwn = !this.p.areSnapshots && this.p.claims.needs.of(row).includes(there);
    return (this.unread[there] as number) - (isOwn ? 1 : 0);
  }

  private count(row: number, change: number, changed: (key: number) => void): void {
    const { claims } = this.p;
    for (const version of claims.needs.of(row)) {
      this.unread[version] = (this.unread[version] as number) + change;
      changed(claims.keyOf.at(version));
    }
  }

  private own(row: number, owner: number, changed: (key: number) => void): void {
    const { claims } = this.p;
    for (const version of claims.makes.of(row)) {
      const key = claims.keyOf.at(version);
      this.owners[key] = owner;
      changed(key);
    }
  }
}
