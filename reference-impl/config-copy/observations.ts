/** What a node says of its copy of the configuration; a server says it of what it has applied. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly config: ConfigObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the prefix that is copied. */
    readonly config: { readonly revision: number; readonly keys: number };
  }
}

/** This node's copy of configuration `key` is now `value`, at the store's `revision`. */
export interface ConfigObservation {
  readonly kind: 'config';
  readonly key: string;
  readonly value: string | null;
  readonly revision: number;
}
