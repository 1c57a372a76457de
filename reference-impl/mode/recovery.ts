/**
 * Whether a step of the way back to Target has shown what it must (requirement M2). The steps are the
 * matrix's; their proofs are read from what this node observed of itself.
 */
import { unreachable } from '../../harness/core/assert.ts';
import type { RecoveryProof } from './matrix.ts';
import type { Policy } from '../config.ts';
import type { Proofs } from './proofs.ts';

export interface StepFacts {
  readonly proofs: Proofs;
  readonly policy: Policy;
  readonly nowUs: number;
  /** When the step began, and when Recovery did. */
  readonly beganUs: number;
  readonly recoveryUs: number;
}

export function isShown(proof: RecoveryProof, f: StepFacts): boolean {
  const { proofs, policy, nowUs, beganUs, recoveryUs } = f;
  switch (proof) {
    case 'answered':
      return proofs.hasContactSince(recoveryUs);
    case 'listed':
      return proofs.isListed;
    case 'confirmed':
      return proofs.hasConfigSince(recoveryUs) && proofs.hasContactSince(recoveryUs);
    case 'tested':
      return proofs.hasTestedSince(beganUs);
    case 'lasted':
      return nowUs - beganUs >= policy.recovery.rampUs;
    case 'stable':
      return nowUs - recoveryUs >= policy.mode.stableUs && proofs.areCircuitsClosed;
    default:
      return unreachable(proof);
  }
}
