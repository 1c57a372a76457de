/**
 * Whether a step of the way back to Target has shown what it must (requirement M2). The steps are the
 * matrix's; their proofs are read from what this node observed of itself.
 */
import { unreachable } from '../../harness/core/assert.ts';
import type { RecoveryProof } from './matrix.ts';
import type { Policy } from '../config.ts';
import type { Gauge } from './gauge.ts';

export interface StepFacts {
  readonly gauge: Gauge;
  readonly policy: Policy;
  readonly nowUs: number;
  /** When the step began, and when Recovery did. */
  readonly beganUs: number;
  readonly recoveryUs: number;
}

export function isShown(proof: RecoveryProof, f: StepFacts): boolean {
  const { gauge, policy, nowUs, beganUs, recoveryUs } = f;
  switch (proof) {
    case 'answered':
      return gauge.hasContactSince(recoveryUs);
    case 'listed':
      return gauge.isListed;
    case 'confirmed':
      return gauge.hasConfigSince(recoveryUs) && gauge.hasContactSince(recoveryUs);
    case 'tested':
      return gauge.hasTestedSince(beganUs);
    case 'lasted':
      return nowUs - beganUs >= policy.recovery.rampUs;
    case 'stable':
      return nowUs - recoveryUs >= policy.mode.stableUs && gauge.areCircuitsClosed;
    default:
      return unreachable(proof);
  }
}
