/**
 * What keys were at an earlier revision: what they are now, with what has changed since undone. That costs as
 * much as has changed since, and nothing while nobody asks.
 */
import { assert } from '../../../harness/core/assert.ts';
import type { KeyValue, StoreError } from '../answered.ts';
import type { StoreRules } from '../rules.ts';
import type { Change } from './table.ts';

export type PastRules = Pick<StoreRules, 'asOf' | 'isForgotten' | 'forgetsUpTo'>;

/** The log of changes: those after `compacted`. */
interface Log {
  readonly compacted: number;
  at(revision: number): readonly Change[];
}

type Value = Pick<KeyValue, 'value' | 'version'>;

/** Keys at the revision `present`, and what led there. */
export interface Past {
  readonly log: Log;
  readonly present: number;
  readonly rules: PastRules;
}

/** Why nobody can say what was at revision `at`, or null. */
export function problemWithPast(
  { compacted }: Log,
  at: number,
  revision: number,
  rules: PastRules,
): StoreError | null {
  if (at > revision) return { code: 'future-revision', revision };
  return rules.isForgotten(at, compacted) ? { code: 'compacted', compacted, revision } : null;
}

/** What `key` was at revision `at`, given what it is now. */
export function valueAt(past: Past, key: string, now: Value, at: number): Value {
  for (const e of since(past, at)) if (e.key === key) return previousOf(e);
  return now;
}

/** The same of all keys that begin so, ascending. */
export function listAt(
  past: Past,
  prefix: string,
  now: readonly KeyValue[],
  at: number,
): readonly KeyValue[] {
  const undone = new Map<string, Value>();
  for (const e of since(past, at)) {
    // The first change after it says what was before.
    if (e.key.startsWith(prefix) && !undone.has(e.key)) undone.set(e.key, previousOf(e));
  }
  if (undone.size === 0) return now;
  const kept = now.filter(({ key }) => !undone.has(key));
  const back = [...undone].flatMap(([key, v]) => (v.version === 0 ? [] : [{ key, ...v }]));
  return [...kept, ...back].sort((a, b) => (a.key < b.key ? -1 : 1));
}

type KeyChange = Change & { readonly scope: 'kv' };

function* since({ log, present, rules }: Past, at: number): Generator<KeyChange> {
  for (let r = Math.max(rules.asOf(at, present), log.compacted) + 1; r <= present; r++) {
    for (const e of log.at(r)) if (e.scope === 'kv') yield e;
  }
}

function previousOf({ previous, key, revision }: KeyChange): Value {
  assert(previous !== undefined, 'the log of changes has what was before', { key, revision });
  return previous ?? missing;
}

const missing: Value = { value: null, version: 0 };
