/** A set of revisions as ranges that do not touch, ascending: what somebody was told completely. */
import { firstWhere } from '../bisect.ts';

interface Range {
  /** Excluded. */
  readonly after: number;
  /** Included. */
  readonly upTo: number;
}

export class Ranges {
  private readonly ranges: Range[] = [];

  /** All revisions in (after, upTo]; nothing when `upTo` is not the greater. */
  add(after: number, upTo: number): void {
    if (upTo <= after) return;
    // Those that touch the new one become part of it: each range is taken out at most once.
    const from = this.firstEndingAt(after);
    let to = from;
    let [low, high] = [after, upTo];
    for (; to < this.ranges.length; to++) {
      const r = this.ranges[to] as Range;
      if (r.after > upTo) break;
      low = Math.min(low, r.after);
      high = Math.max(high, r.upTo);
    }
    this.ranges.splice(from, to - from, { after: low, upTo: high });
  }

  addAll(other: Ranges): void {
    for (const r of other.ranges) this.add(r.after, r.upTo);
  }

  has(revision: number): boolean {
    return this.hasAll(revision - 1, revision);
  }

  /** Is every revision in (after, upTo] in the set? True of none at all. */
  hasAll(after: number, upTo: number): boolean {
    if (upTo <= after) return true;
    const r = this.ranges[this.firstEndingAt(after + 1)];
    return r !== undefined && r.after <= after && upTo <= r.upTo;
  }

  /** The first revision in (after, upTo] that is not in the set; null: all are. */
  firstMissing(after: number, upTo: number): number | null {
    const r = this.ranges[this.firstEndingAt(after + 1)];
    const first = r !== undefined && r.after <= after ? r.upTo + 1 : after + 1;
    return first <= upTo ? first : null;
  }

  /** The first range whose end is not before `revision`. */
  private firstEndingAt(revision: number): number {
    return firstWhere(this.ranges.length, (i) => (this.ranges[i] as Range).upTo >= revision);
  }
}
