/** What a node says of the configuration that it serves. */
import type { Json } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly effective: EffectiveObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the environment. By its hash others see at once whether they serve the same. */
    readonly 'effective-config': { readonly hash: string; readonly revision: number };
  }
}

/** From now on this node serves these values. */
export interface EffectiveObservation {
  readonly kind: 'effective';
  readonly environment: string;
  /** Of the store, up to which its copy is complete; -1: there is none. */
  readonly revision: number;
  /** True: the defaults alone are served, by the node's mode. */
  readonly isFloor: boolean;
  readonly values: Readonly<Record<string, Json>>;
  /** Of each layer that says anything: the newest revision of a key in it. */
  readonly versions: Readonly<Record<string, number>>;
  /** Of `values`. */
  readonly hash: string;
}
