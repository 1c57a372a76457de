/**
 * The latest changes, by revision, that watches resume from and the past is read from; older ones are compacted
 * away: by command, or when they are too many.
 */
import { assert } from '../../../harness/core/assert.ts';
import type { Json } from '../../../harness/core/host.ts';
import { hashJson } from '../../../harness/core/prng.ts';
import type { StoreError, WatchEvent } from '../answered.ts';
import type { ChangeOp, WatchScope } from '../asked.ts';
import { storeRules } from '../rules.ts';
import { problemWithPast } from './past.ts';
import type { PastRules } from './past.ts';
import type { Applied, Change, Table } from './table.ts';

export class Changes implements Table {
  readonly name = 'changes';
  readonly executes = ['compact'] as const;
  /** What revision `compacted + 1 + i` changed: at least one thing. */
  private events: (readonly Change[])[] = [];
  /** Changes up to this revision are gone. */
  compacted = 0;
  private readonly max: number;
  private readonly rules: PastRules;
  /** Of the first of `events`, as many as were asked for; and their sum. Rows come and go in order. */
  private readonly hashes: number[] = [];
  private sum = 0;

  constructor(max: number, rules: PastRules = storeRules) {
    this.max = max;
    this.rules = rules;
  }

  check(op: ChangeOp, revision: number): StoreError | null {
    if (op.f !== 'compact') return null;
    return problemWithPast(this, op.revision, revision, this.rules);
  }

  /** Changes nothing that anybody reads at the present, and so takes no revision. */
  apply(op: ChangeOp, revision: number): Applied {
    const upTo = this.rules.forgetsUpTo((op as ChangeOp & { readonly f: 'compact' }).revision);
    if (upTo > this.compacted) this.compact(upTo - this.compacted);
    return { answer: { type: 'done', revision: revision - 1, isChanged: false }, changes: [] };
  }

  expirable(): [] {
    return [];
  }

  expire(): null {
    return null;
  }

  /** All that one revision changed. */
  add(events: readonly Change[]): void {
    const next = this.compacted + this.events.length + 1;
    const isNext = events.length > 0 && events.every((e) => e.revision === next);
    assert(isNext, 'one revision after the other', { next, compacted: this.compacted });
    this.events.push(events);
    if (this.events.length >= 2 * this.max) this.compact(this.events.length - this.max);
  }

  /** The sum of the hashes of all rows, as `RowsDigest` has it. */
  digest(): number {
    this.hashRows();
    return (this.sum + hashJson([this.name, this.compacted])) >>> 0;
  }

  /** The first row tells from where on. */
  rows(): Iterator<Json> {
    return ([this.compacted, ...this.events] as unknown as Json[]).values();
  }

  restore(row: Json): void {
    if (typeof row === 'number') {
      this.compacted = row;
      return;
    }
    this.events.push(row as unknown as readonly Change[]);
    // Many rows come at once: their hashes are not left for one moment later.
    this.hashRows();
  }

  /** What was changed at a revision that is not compacted and not in the future. */
  at(revision: number): readonly Change[] {
    const events = this.events[revision - this.compacted - 1];
    if (events === undefined) {
      assert(false, 'no such change', { revision, compacted: this.compacted });
    }
    return events;
  }

  private hashRows(): void {
    for (let i = this.hashes.length; i < this.events.length; i++) {
      const hash = hashJson([this.name, this.events[i] as unknown as Json]);
      this.hashes.push(hash);
      this.sum = (this.sum + hash) >>> 0;
    }
  }

  private compact(count: number): void {
    for (const hash of this.hashes.splice(0, count)) this.sum = (this.sum - hash) >>> 0;
    this.compacted += count;
    this.events = this.events.slice(count);
  }
}

/** Does a watch of `prefix` want this change? */
export function isWanted(e: Change, scope: WatchScope, prefix: string): e is WatchEvent {
  if (e.scope === 'lock' || e.scope === 'lease' || e.scope !== scope) return false;
  return (e.scope === 'kv' ? e.key : e.entry.service).startsWith(prefix);
}
