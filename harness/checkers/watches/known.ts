/** Every change that anybody was told of: by key, and as a list for each prefix that is watched. */
import { firstWhere } from '../bisect.ts';
import { canonical } from '../canonical.ts';
import { Ranges } from './ranges.ts';
import type { Change, Watch } from './watch.ts';

/** What is known of one prefix. */
export class View {
  readonly prefix: string;
  /** Known changes of matching keys, one a key and revision, ascending by revision. */
  readonly changes: Change[] = [];
  /** The revisions that some watch of this prefix claims to have been told completely. */
  readonly told = new Ranges();
  readonly watches: Watch[] = [];

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** News comes almost in order: the place is looked for from the end. */
  add(change: Change): void {
    let at = this.changes.length;
    while (at > 0 && (this.changes[at - 1] as Change).revision > change.revision) at -= 1;
    this.changes.splice(at, 0, change);
  }

  /** The changes with after < revision ≤ upTo. */
  *between(after: number, upTo: number): Generator<Change> {
    const { changes } = this;
    const first = firstWhere(changes.length, (i) => (changes[i] as Change).revision > after);
    for (let i = first; i < changes.length; i++) {
      const change = changes[i] as Change;
      if (change.revision > upTo) return;
      yield change;
    }
  }
}

/** What one key is said to have become at one revision: one change, unless somebody is wrong. */
export type Told = readonly Change[];

export class Known {
  private readonly views = new Map<string, View>();
  private readonly keys = new Map<string, Map<number, Change[]>>();
  /** Different keys and revisions. */
  changes = 0;

  /** Null: it was known. Otherwise news, or the earlier word that it contradicts. */
  learn(change: Change): 'news' | Change | null {
    const revisions = this.keys.get(change.key) ?? new Map<number, Change[]>();
    this.keys.set(change.key, revisions);
    const told = revisions.get(change.revision);
    if (told !== undefined) {
      const value = canonical(change.value);
      if (told.some((c) => canonical(c.value) === value)) return null;
      told.push(change);
      return told[0] as Change;
    }
    revisions.set(change.revision, [change]);
    this.changes += 1;
    for (const view of this.viewsOf(change.key)) view.add(change);
    return 'news';
  }

  view(prefix: string): View {
    const known = this.views.get(prefix);
    if (known !== undefined) return known;
    const view = new View(prefix);
    this.views.set(prefix, view);
    const own = [...this.all()].filter((c) => c.key.startsWith(prefix));
    for (const change of own.sort((a, b) => a.revision - b.revision)) view.add(change);
    return view;
  }

  /** Those whose prefix `key` has. There are few: one for each prefix that was ever watched. */
  viewsOf(key: string): readonly View[] {
    return [...this.views.values()].filter((v) => key.startsWith(v.prefix));
  }

  /** Every watch, in the order of prefixes first seen. */
  *watches(): Generator<Watch> {
    for (const view of this.views.values()) yield* view.watches;
  }

  /** The first word of each change. */
  *all(): Generator<Change> {
    for (const revisions of this.keys.values()) {
      for (const [first] of revisions.values()) yield first as Change;
    }
  }

  /** What is known of one key, ascending by revision. */
  history(key: string): readonly Told[] {
    const revisions = [...(this.keys.get(key) ?? [])].sort(([a], [b]) => a - b);
    return revisions.map(([, told]) => told);
  }
}
