/** What a caller says of its attempts. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly attempts: AttemptsObservation;
  }
}

/** Since it was said last, 100 ms ago or more. */
export interface AttemptsObservation {
  readonly kind: 'attempts';
  readonly service: string;
  /** Calls that somebody wanted of it. */
  readonly asked: number;
  /** Attempts that left this node: first ones and retries. */
  readonly sent: number;
  /** Calls that were given up because the budget was spent. */
  readonly denied: number;
  /** Of calls that failed: after how many attempts, and the pause that was drawn then, µs. Where a story asks for it. */
  readonly pauses?: readonly (readonly [attempts: number, pauseUs: number])[];
}
