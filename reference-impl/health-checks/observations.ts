/** What a node says of those it checks. */
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject `checks`: all of them together; subject `node 5`: one. */
    readonly health: CheckRate | 'passing' | 'critical';
  }
}

/** Of the checks sent in the window, how many failed per thousand; and how many are checked now. */
export interface CheckRate {
  readonly permille: number;
  readonly sent: number;
  readonly checking: number;
}
