/** What a judge says: holds, violated or unknown, and why. */

/** Two or three facts that contradict each other, in words a person can follow. */
export interface Explanation {
  /** When the promise was first seen to be broken. */
  readonly atUs: number;
  /** One sentence a fact. */
  readonly sentences: readonly string[];
  /** The operations named in the sentences. */
  readonly ops: readonly number[];
}

export type Verdict =
  | {
      readonly kind: 'holds';
      readonly invariant: string;
      /** What was checked, with figures: `412 operations on 3 keys`. */
      readonly basis: string;
    }
  | {
      readonly kind: 'violated';
      readonly invariant: string;
      readonly claim: string;
      readonly explanation: Explanation;
    }
  | {
      readonly kind: 'unknown';
      readonly invariant: string;
      /** How far it got, or what was missing. */
      readonly reason: string;
    };

export type VerdictKind = Verdict['kind'];

/** The worst of several: violated beats unknown beats holds. No verdict at all is unknown. */
export function worstVerdict(verdicts: readonly Verdict[]): VerdictKind {
  if (verdicts.some((v) => v.kind === 'violated')) return 'violated';
  if (verdicts.length === 0 || verdicts.some((v) => v.kind === 'unknown')) return 'unknown';
  return 'holds';
}

/** More unknown runs than this share make what they were run for unknown. */
const unknownPermilleMax = 10;

/** Do so many unknown runs of all those make the whole unknown? */
export function tooManyUnknown(unknown: number, runs: number): boolean {
  return unknown * 1000 > runs * unknownPermilleMax;
}
