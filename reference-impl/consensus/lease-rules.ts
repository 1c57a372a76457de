/** The small decisions of reads by lease, each pure. A mutant replaces one of them. */
export interface LeaseRules {
  /** From when on the lease counts: a round began, and was heard by a majority now. */
  leaseBegins(beganUs: number, nowUs: number): number;
  /** How long it lasts by the leader's clock, µs. */
  leaseUs(electionMinUs: number, driftPpm: number): number;
  /** May a leader use its lease that has told another server to stand? */
  mayUseLease(hasToldToStand: boolean): boolean;
}

export const leaseRules: LeaseRules = {
  // The voters heard the round at some time after it began, and count from there.
  leaseBegins: (beganUs) => beganUs,
  // The leader's clock may be slow by as much as theirs are fast.
  leaseUs: (electionMinUs, driftPpm) =>
    Math.floor((electionMinUs * (1_000_000 - driftPpm)) / (1_000_000 + driftPpm)),
  // Nobody is bound towards a candidate whom the leader itself told to stand.
  mayUseLease: (hasToldToStand) => !hasToldToStand,
};
