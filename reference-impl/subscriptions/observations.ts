/** What a node says of its copies when it finds one wrong. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'copy-differs': CopyDiffersObservation;
  }
}

/**
 * This node's copy, of the store's `revision`, is not what the store had at that revision: by digest. It
 * loads all of it anew.
 */
export interface CopyDiffersObservation {
  readonly kind: 'copy-differs';
  /** `kv`: the configuration; `registry`: the catalog. */
  readonly of: 'kv' | 'registry';
  readonly revision: number;
}
