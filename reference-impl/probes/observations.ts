/** What a supervisor says of its program. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly probed: ProbedObservation;
  }
}

/** The program is in another state: it starts (anew), or it is ready for calls, or not. */
export interface ProbedObservation {
  readonly kind: 'probed';
  readonly state: 'starting' | 'ready' | 'unready';
  /** The probe that failed too often; null: none did. */
  readonly because: 'start-up' | 'liveness' | 'readiness' | null;
  /** Times that this process has restarted its program. */
  readonly restarts: number;
}
