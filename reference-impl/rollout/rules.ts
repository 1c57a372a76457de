/** What rollouts decide. */
export interface Tally {
  readonly calls: number;
  readonly errors: number;
  /** How long calls took, µs; the latest ones. */
  readonly tookUs: readonly number[];
}

export interface RolloutRules {
  /** Does the instance of this rank (0 … instances − 1) serve the new version? */
  isNew(rank: number, instances: number, step: number): boolean;
  /** Are errors of the new version too many, beside those of the old one? */
  hasMoreErrors(now: Tally, control: Tally): boolean;
  isSlower(now: Tally, control: Tally): boolean;
  /** Is it time for the next step? */
  isTime(ageUs: number, stepUs: number): boolean;
  /** May a version that fares worse be taken back from here? */
  mayReturn(state: 'rolling' | 'returning' | 'done'): boolean;
  /** Is a write over that was answered, or was not? */
  isOver(isAnswered: boolean): boolean;
}

/** Tenths of the instances. */
export const steps = 10;

const slowerUs = 100_000;
/** So few may be chance where the old version has none. */
const errorsMin = 3;

export const rolloutRules: RolloutRules = {
  isNew: (rank, instances, step) => rank < Math.floor((instances * step) / steps),
  // More than 1.5 times the share of the old one, in whole numbers (C6).
  hasMoreErrors: (now, control) =>
    now.errors >= errorsMin && 2 * now.errors * control.calls > 3 * control.errors * now.calls,
  isSlower: (now, control) => p99(now.tookUs) > p99(control.tookUs) + slowerUs,
  isTime: (ageUs, stepUs) => ageUs >= stepUs,
  mayReturn: () => true,
  // What got no answer is written again: the revision that it goes by lets it happen once.
  isOver: () => true,
};

function p99(tookUs: readonly number[]): number {
  const sorted = [...tookUs].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}
