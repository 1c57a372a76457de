/** Calls that wait, by priority and then in the order in which they came. Constant time for each. */
import { assert } from '../../harness/core/assert.ts';
import type { AdmissionRules } from './rules.ts';

export class Waiting<T> {
  private readonly classes = new Map<number, { readonly items: (T | undefined)[]; next: number }>();
  private readonly rules: Pick<AdmissionRules, 'overtakes' | 'next'>;

  constructor(rules: Pick<AdmissionRules, 'overtakes' | 'next'>) {
    this.rules = rules;
  }

  add(priority: number, item: T): void {
    let own = this.classes.get(priority);
    if (own === undefined) this.classes.set(priority, (own = { items: [], next: 0 }));
    own.items.push(item);
  }

  /** The one whose turn it is; undefined: nobody waits. */
  first(): T | undefined {
    let best: number | null = null;
    for (const [priority, { items, next }] of this.classes) {
      if (next === items.length) continue;
      if (best === null || this.rules.overtakes(best, priority)) best = priority;
    }
    const own = best === null ? undefined : this.classes.get(best);
    if (own === undefined) return undefined;
    return own.items[this.rules.next() === 'newest' ? own.items.length - 1 : own.next];
  }

  /** Takes out the one of this priority whose turn it was. */
  remove(priority: number): void {
    const own = this.classes.get(priority);
    assert(own !== undefined && own.next < own.items.length, 'somebody waits', { priority });
    if (this.rules.next() === 'newest') {
      own.items.pop();
      return;
    }
    own.items[own.next] = undefined;
    own.next += 1;
    if (own.next * 2 > own.items.length && own.next > 64) {
      own.items.splice(0, own.next);
      own.next = 0;
    }
  }
}
