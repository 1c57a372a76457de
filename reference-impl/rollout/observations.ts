/** What an instance says of the version that it serves. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly serving: ServingObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the service. By whom the step was changed. */
    readonly rollout: { readonly step: number; readonly state: string };
  }
}

export interface ServingObservation {
  readonly kind: 'serving';
  readonly service: string;
  readonly version: string;
  /** Of the rollout by which it does, and where that was written. */
  readonly step: number;
  readonly revision: number;
}
