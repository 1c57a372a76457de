/** What nodes say to one another about configuration. Flat lists: many branches make one message. */
import type { Ask } from '../agent/wire.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Entry } from './entry.ts';

export type RegionMessage =
  | Ask
  /** Take these, if they are news. */
  | {
      readonly kind: 'entries';
      /** How many records the sender had written; absent where nothing is forgotten. */
      readonly at?: number;
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
  | { readonly kind: 'wanted'; readonly keys: readonly string[] }
  | Settle
  | Settled;

/** What has to be true of a deletion in every copy before the next is asked for (`settling.ts`). */
export type Step = 'known' | 'left-out' | 'forgotten';

export const steps: readonly Step[] = ['known', 'left-out', 'forgotten'];

/** The writer of these deletions wants them to be so far. */
export interface Settle {
  readonly kind: 'settle';
  readonly step: Step;
  readonly at: number;
  readonly entries: readonly (readonly [key: string, entry: Entry])[];
  /** Of step `forgotten`: what each node sent before it had written so many records may still speak of the keys. */
  readonly floors: readonly (readonly [node: NodeId, at: number])[];
}

/** They are. */
export interface Settled {
  readonly kind: 'settled';
  readonly step: Step;
  readonly at: number;
  readonly keys: readonly (readonly [key: string, stamp: number])[];
}
