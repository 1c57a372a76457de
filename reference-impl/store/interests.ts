/** What anybody watches, so that a change that nobody waits for costs no look at each watcher. */
import type { StoreState } from './state.ts';
import type { WatchScope } from './asked.ts';
import { isWanted } from './tables/changes.ts';

interface Interest {
  readonly scope: WatchScope;
  readonly prefix: string;
}

export class Interests {
  /** How many watch the same. */
  private readonly known = new Map<string, Interest & { watchers: number }>();

  add({ scope, prefix }: Interest): void {
    const key = keyOf({ scope, prefix });
    const same = this.known.get(key);
    if (same === undefined) this.known.set(key, { scope, prefix, watchers: 1 });
    else same.watchers += 1;
  }

  remove(interest: Interest): void {
    const key = keyOf(interest);
    const same = this.known.get(key);
    if (same === undefined) return;
    same.watchers -= 1;
    if (same.watchers === 0) this.known.delete(key);
  }

  /** Does anybody want anything after revision `flushed`? What is compacted away counts: who knows. */
  isNews(flushed: number, state: StoreState): boolean {
    if (flushed < state.changes.compacted) return this.known.size > 0;
    for (let r = flushed + 1; r <= state.revision; r++) {
      if (this.isWantedAt(r, state)) return true;
    }
    return false;
  }

  private isWantedAt(revision: number, state: StoreState): boolean {
    for (const e of state.changes.at(revision)) {
      for (const { scope, prefix } of this.known.values()) {
        if (isWanted(e, scope, prefix)) return true;
      }
    }
    return false;
  }
}

function keyOf({ scope, prefix }: Interest): string {
  return `${scope} ${prefix}`;
}
