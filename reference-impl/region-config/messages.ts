/** What nodes say to one another about configuration. Flat lists: many branches make one message. */
import type { Ask } from '../agent/wire.ts';
import type { Entry } from './entry.ts';

export type RegionMessage =
  | Ask
  /** Take these, if they are news. */
  | {
      readonly kind: 'entries';
      readonly entries: readonly (readonly [key: string, entry: Entry])[];
    }
  /** My hash of the root. */
  | { readonly kind: 'root'; readonly hash: number }
  /** Of branches of `level` that differ: place, hash of the left half, hash of the right. */
  | { readonly kind: 'halves'; readonly level: number; readonly branches: readonly number[] }
  /**
   * All that I have under these branches, level and place each: key, hash, stamp. Send what I lack or have older, and say
   * what you lack or have older.
   */
  | {
      readonly kind: 'held';
      readonly branches: readonly number[];
      readonly keys: readonly (readonly [key: string, hash: number, stamp: number])[];
    }
  | { readonly kind: 'wanted'; readonly keys: readonly string[] };
