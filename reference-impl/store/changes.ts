/** The latest changes, one a revision, that watches resume from; older ones are compacted away. */
import { assert } from '../../harness/core/assert.ts';
import type { LockChange, WatchEvent, WatchScope } from './protocol.ts';

/** One change of the replicated state. */
export type Change = WatchEvent | LockChange;

export class Changes {
  /** The change of revision `compacted + 1 + i`. */
  private events: Change[] = [];
  /** Changes up to this revision are gone. */
  compacted = 0;
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  add(e: Change): void {
    assert(e.revision === this.compacted + this.events.length + 1, 'one change a revision', {
      revision: e.revision,
      compacted: this.compacted,
    });
    this.events.push(e);
    if (this.events.length >= 2 * this.max) {
      this.compacted += this.events.length - this.max;
      this.events = this.events.slice(this.events.length - this.max);
    }
  }

  /** The change of a revision that is not compacted and not in the future. */
  at(revision: number): Change {
    const e = this.events[revision - this.compacted - 1];
    if (e === undefined) {
      assert(false, 'no such change', { revision, compacted: this.compacted });
    }
    return e;
  }
}

/** Does a watch of `prefix` want this change? */
export function isWanted(e: Change, scope: WatchScope, prefix: string): e is WatchEvent {
  if (e.scope === 'lock' || e.scope !== scope) return false;
  return (e.scope === 'kv' ? e.key : e.entry.service).startsWith(prefix);
}
