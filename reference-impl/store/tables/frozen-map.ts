/** A map that can be read as it was at one moment, while it goes on changing. */
import { assert } from '../../../harness/core/assert.ts';
import type { SnapshotRules } from '../../consensus/snapshot-rules.ts';

type FrozenRules = Pick<SnapshotRules, 'isOfOneMoment' | 'staysRemoved'>;

export class FrozenMap<V> {
  private readonly base = new Map<string, V>();
  /** Changes since it was frozen; undefined: removed. Null while it is not frozen. */
  private since: Map<string, V | undefined> | null = null;
  private readonly rules: FrozenRules;

  constructor(rules: FrozenRules) {
    this.rules = rules;
  }

  get(key: string): V | undefined {
    if (this.since?.has(key) === true) return this.since.get(key);
    return this.base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: V): void {
    (this.since ?? this.base).set(key, value);
  }

  delete(key: string): void {
    if (this.since === null) this.base.delete(key);
    else this.since.set(key, undefined);
  }

  *entries(): Generator<[string, V]> {
    for (const [key, value] of this.base) if (this.since?.has(key) !== true) yield [key, value];
    for (const [key, value] of this.since ?? []) if (value !== undefined) yield [key, value];
  }

  /** All entries as they are now, until the iterator has ended or is closed. One at a time. */
  frozen(): Required<Pick<Iterator<[string, V]>, 'next' | 'return'>> {
    assert(this.since === null, 'frozen once at a time');
    this.since = new Map();
    const entries = this.rules.isOfOneMoment() ? this.base.entries() : this.entries();
    return {
      next: () => {
        const step = entries.next();
        if (step.done === true) this.thaw();
        return step;
      },
      return: () => {
        this.thaw();
        return { done: true, value: undefined };
      },
    };
  }

  private thaw(): void {
    for (const [key, value] of this.since ?? []) {
      if (value !== undefined) this.base.set(key, value);
      else if (this.rules.staysRemoved()) this.base.delete(key);
    }
    this.since = null;
  }
}
