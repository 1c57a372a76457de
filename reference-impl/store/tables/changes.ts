/** The latest changes, by revision, that watches resume from; older ones are compacted away. */
import { assert } from '../../../harness/core/assert.ts';
import type { Json } from '../../../harness/core/host.ts';
import type { WatchEvent, WatchScope } from '../protocol.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Change, Kept } from './table.ts';

export class Changes implements Kept {
  readonly name = 'changes';
  /** What revision `compacted + 1 + i` changed: at least one thing. */
  private events: (readonly Change[])[] = [];
  /** Changes up to this revision are gone. */
  compacted = 0;
  private readonly max: number;
  /** By revision; `first` is the first row. */
  private readonly hashes = new RowsDigest<number>(this.name, (revision) => {
    if (revision === first) return this.compacted;
    return this.events[revision - this.compacted - 1] as unknown as Json | undefined;
  });

  constructor(max: number) {
    this.max = max;
    this.hashes.touch(first);
  }

  /** All that one revision changed. */
  add(events: readonly Change[]): void {
    const next = this.compacted + this.events.length + 1;
    const isNext = events.length > 0 && events.every((e) => e.revision === next);
    assert(isNext, 'one revision after the other', { next, compacted: this.compacted });
    this.events.push(events);
    this.hashes.touch(next);
    if (this.events.length >= 2 * this.max) this.compact(this.events.length - this.max);
  }

  digest(): number {
    return this.hashes.value;
  }

  /** The first row tells from where on. */
  rows(): Iterator<Json> {
    return ([this.compacted, ...this.events] as unknown as Json[]).values();
  }

  restore(row: Json): void {
    if (typeof row === 'number') {
      this.compacted = row;
      this.hashes.touch(first);
      return;
    }
    this.events.push(row as unknown as readonly Change[]);
    this.hashes.restored(this.compacted + this.events.length);
  }

  /** What was changed at a revision that is not compacted and not in the future. */
  at(revision: number): readonly Change[] {
    const events = this.events[revision - this.compacted - 1];
    if (events === undefined) {
      assert(false, 'no such change', { revision, compacted: this.compacted });
    }
    return events;
  }

  private compact(count: number): void {
    for (let i = 1; i <= count; i++) this.hashes.touch(this.compacted + i);
    this.hashes.touch(first);
    this.compacted += count;
    this.events = this.events.slice(count);
  }
}

/** No revision. */
const first = -1;

/** Does a watch of `prefix` want this change? */
export function isWanted(e: Change, scope: WatchScope, prefix: string): e is WatchEvent {
  if (e.scope === 'lock' || e.scope !== scope) return false;
  return (e.scope === 'kv' ? e.key : e.entry.service).startsWith(prefix);
}
