/** What a node says of its copy of regional configuration. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly regional: RegionalObservation;
    readonly 'deletion-forgotten': DeletionForgotten;
  }
}

/** This node's copy of `key` is another one now. */
export interface RegionalObservation {
  readonly kind: 'regional';
  readonly key: string;
  /** The version by its stamp and writer. */
  readonly stamp: number;
  readonly writer: NodeId;
  /** The key is gone by this version; absent: it is there. */
  readonly isDeleted?: true;
  /** It was in conflict with another, stamp and writer, of which one was dropped; absent: it was not. */
  readonly over?: { readonly stamp: number; readonly writer: NodeId };
}

/** This node has forgotten that `key` was deleted by this version. */
export interface DeletionForgotten {
  readonly kind: 'deletion-forgotten';
  readonly key: string;
  readonly stamp: number;
  readonly writer: NodeId;
}
