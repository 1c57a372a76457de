/** What an instance says of its own registration. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the service. */
    readonly registration: { readonly lease: number; readonly instance: NodeId };
  }
}

export {};
