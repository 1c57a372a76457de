/** What a copy of regional configuration decides. */
import { hashOfVersion, isKept } from './entry.ts';
import type { Entry } from './entry.ts';

export interface RegionRules {
  /** Of two in conflict: is `came` kept, and `held` dropped? */
  isKept(came: Entry, held: Entry): boolean;
  /** What stands for this version of a key where copies are compared. */
  hash(key: string, entry: Entry): number;
  /** Is it kept that a key was deleted, and by which version? */
  keepsTombstones(): boolean;
  /** Have so many of `others` said that a deletion is so far: may it go on? */
  isSettled(heard: number, others: number): boolean;
  /** Is somebody asked who has not answered, and was asked before or not? */
  isAsked(before: boolean): boolean;
  /** May entries that were sent at `at` still be what was forgotten, where everything from `floor` on is not? */
  isLate(at: number, floor: number): boolean;
  /** Is it written to the disk? */
  isLogged(entry: Entry): boolean;
  /** How many are told of a change. */
  told(fanout: number): number;
  /** Is the next comparison with another region? */
  isFar(chance: number, farPermille: number): boolean;
}

export const regionRules: RegionRules = {
  isKept,
  hash: hashOfVersion,
  keepsTombstones: () => true,
  isSettled: (heard, others) => heard === others,
  isAsked: () => true,
  isLate: (at, floor) => at < floor,
  isLogged: () => true,
  told: (fanout) => fanout,
  isFar: (chance, farPermille) => chance < farPermille,
};
