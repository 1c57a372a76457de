/** One entry of the audit: who did what, when and why, and what was there before (C3). */
import type { Json } from '../../harness/core/host.ts';
import type { Act } from './rules.ts';
import { sha256 } from './sha256.ts';

export interface Entry {
  /** From 1 on, without a gap. */
  readonly n: number;
  readonly act: Act;
  readonly who: string;
  readonly why: string;
  readonly key: string;
  readonly before: Json;
  readonly after: Json;
  /** By the clock of whoever asked for it, µs. */
  readonly atUs: number;
  /** The hash of the entry before; of none: an empty text. */
  readonly previous: string;
  /** Of all of the above. Whoever changes an entry changes all hashes after it. */
  readonly hash: string;
}

export function hashedEntry(e: Omit<Entry, 'hash'>): Entry {
  const { n, act, who, why, key, before, after, atUs, previous } = e;
  const hash = sha256(JSON.stringify([n, act, who, why, key, before, after, atUs, previous]));
  return { ...e, hash };
}

/** The number of the first entry that does not fit into the chain; null: all do. */
export function brokenAt(entries: readonly Entry[]): number | null {
  let previous = '';
  for (const [i, e] of entries.entries()) {
    if (e.n !== i + 1 || e.previous !== previous || hashedEntry(e).hash !== e.hash) return e.n;
    previous = e.hash;
  }
  return null;
}
