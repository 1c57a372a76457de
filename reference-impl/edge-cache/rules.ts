/** What an edge cache decides. */
export interface EdgeRules {
  /** May be served what was asked for `ageUs` ago? */
  isFresh(ageUs: number, ttlUs: number): boolean;
  /** From when its age counts. */
  since(askedUs: number, usedUs: number): number;
  /** Is what has this version dropped when the key changed at that revision? */
  isInvalid(version: number, revision: number): boolean;
  /** When the watch is asked for again. */
  renewsAtUs(nowUs: number, renewUs: number): number;
}

export const edgeRules: EdgeRules = {
  isFresh: (ageUs, ttlUs) => ageUs < ttlUs,
  // From the question, not the answer: nobody knows when between the two it was so.
  since: (askedUs) => askedUs,
  isInvalid: (version, revision) => version < revision,
  renewsAtUs: (nowUs, renewUs) => nowUs + renewUs,
};
