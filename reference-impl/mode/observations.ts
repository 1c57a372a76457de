/** What a node says of its mode. */
import type { Evidence } from '../evidence/observations.ts';
import type { Mode, ModeRow, RecoveryStepId } from './matrix.ts';
import type { ModeInputs } from './member.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly mode: ModeObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject `node`: the mode found on disk; subject `inputs`: the figures behind a change. */
    readonly mode: Mode | ModeInputs;
    /** Subject: the step of Recovery that begins. */
    readonly recovery: { readonly step: RecoveryStepId; readonly sharePermille: number };
  }
}

/** The node's mode changed; `trigger` names the entry of the matrix, `because` the evidence used. */
export interface ModeObservation {
  readonly kind: 'mode';
  readonly from: Mode;
  readonly to: Mode;
  readonly row: ModeRow | 'all';
  readonly trigger: string;
  readonly because: readonly Evidence[];
}
