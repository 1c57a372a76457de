/** What is known of one key's versions, and when it may have been absent. */
import { firstWhere } from '../bisect.ts';
import type { Op } from '../operations.ts';
import type { Touch } from './touch.ts';

interface Known {
  readonly version: number;
  readonly op: Op;
  /** This version is a delete. */
  readonly isAbsent: boolean;
}

/** Grows as operations are called: nobody can have seen what was called after he had his answer. */
export class KnownVersions {
  private readonly all: Known[] = [];
  private readonly deletes: Known[] = [];
  /** A delete of unknown fate, or of which no version is told, may be what any reader sees. */
  private hasLostDelete = false;

  /** Versions grow with calls, nearly: what is new goes near the end. */
  add({ op, version, isRead, isAbsent }: Touch): void {
    if (version === null) {
      if (isAbsent && !isRead) this.hasLostDelete = true;
      return;
    }
    const known = { version, op, isAbsent };
    const at = countUpTo(this.all, version);
    // Of several operations that show a version the first to be called stands for it.
    if (this.all[at - 1]?.version === version) return;
    this.all.splice(at, 0, known);
    if (isAbsent) this.deletes.splice(countUpTo(this.deletes, version), 0, known);
  }

  /** The newest that is not newer than `version`. */
  upTo(version: number): Known | null {
    return this.all[countUpTo(this.all, version) - 1] ?? null;
  }

  /** May somebody who has seen `version` (of this key or another) find this key absent? */
  mayBeAbsentAfter(version: number): boolean {
    if (this.hasLostDelete || this.isAbsentAt(version)) return true;
    return countUpTo(this.deletes, version) < this.deletes.length;
  }

  /** The version that this reader has seen thereby, at least. */
  absenceAfter(version: number): number {
    if (this.hasLostDelete || this.isAbsentAt(version)) return version;
    return this.deletes[countUpTo(this.deletes, version)]?.version ?? version;
  }

  private isAbsentAt(version: number): boolean {
    return this.upTo(version)?.isAbsent ?? true;
  }
}

/** How many of `sorted` are not newer than `version`. */
function countUpTo(sorted: readonly Known[], version: number): number {
  return firstWhere(sorted.length, (i) => (sorted[i]?.version ?? Infinity) > version);
}
