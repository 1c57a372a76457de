/** What a node says of evidence that it issues, takes back, or hears of. */
import type { NodeId } from '../../harness/core/host.ts';
import type { PassedScope } from './rules.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly claim: ClaimObservation;
  }
}

export interface ClaimObservation {
  readonly kind: 'claim';
  /** By whom: of oneself it is issued or taken back now, of another heard for the first time. */
  readonly issuer: NodeId;
  /** Of what: `leadership leader`. */
  readonly subject: string;
  readonly scope: PassedScope;
  readonly isRevoked: boolean;
}
