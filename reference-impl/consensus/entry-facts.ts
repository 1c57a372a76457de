/** What is worked out once of an entry: entries are immutable, and in simulation shared by all nodes. */
import { hashText } from '../../harness/core/prng.ts';
import type { Entry } from './messages.ts';

export interface EntryFacts {
  /** As JSON, which is how it travels and lies on disks; null once it was applied, to save memory. */
  text: string | null;
  /** Length of that. */
  readonly bytes: number;
  readonly hash: number;
}

const known = new WeakMap<Entry, EntryFacts>();

export function factsOf(e: Entry): EntryFacts {
  const facts = known.get(e);
  if (facts !== undefined) return facts;
  const text = JSON.stringify(e);
  const made = { text, bytes: Buffer.byteLength(text), hash: hashText(text) };
  known.set(e, made);
  return made;
}
