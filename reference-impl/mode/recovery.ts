/**
 * The way from Degraded or Floor back to Target (requirement M2): steps in a fixed order, each with
 * its proof. Whatever goes wrong meanwhile ends Recovery; the matrix decides where that leads.
 */
import type { Policy } from '../config.ts';
import type { Gauge } from './gauge.ts';

export interface RecoveryStep {
  readonly step: 'validate' | 're-establish' | 'reconcile' | 'test' | 'ramp' | 'watch';
  /** What must be shown, for reports. */
  readonly proof: string;
  /** Of the calls to dependencies, per thousand. */
  readonly sharePermille: number;
  /** Is the step done? `beganUs` is when it began, `recoveryUs` when Recovery did. */
  readonly isDone: (f: StepFacts) => boolean;
}

interface StepFacts {
  readonly gauge: Gauge;
  readonly policy: Policy;
  readonly nowUs: number;
  readonly beganUs: number;
  readonly recoveryUs: number;
}

const hasLasted = (f: StepFacts): boolean => f.nowUs - f.beganUs >= f.policy.recovery.rampUs;

export const recoverySteps: readonly RecoveryStep[] = [
  {
    step: 'validate',
    proof: 'the registry answered',
    sharePermille: 100,
    isDone: (f) => f.gauge.hasContactSince(f.recoveryUs),
  },
  {
    step: 're-establish',
    proof: 'the registry lists this instance',
    sharePermille: 100,
    isDone: (f) => f.gauge.isListed,
  },
  {
    step: 'reconcile',
    proof: 'configuration and routing tables were confirmed',
    sharePermille: 100,
    isDone: (f) => f.gauge.hasConfigSince(f.recoveryUs) && f.gauge.hasContactSince(f.recoveryUs),
  },
  {
    step: 'test',
    proof: 'every dependency answered a call',
    sharePermille: 100,
    isDone: (f) => f.gauge.hasTestedSince(f.beganUs),
  },
  { step: 'ramp', proof: '10 % of the load went well', sharePermille: 100, isDone: hasLasted },
  { step: 'ramp', proof: '50 % of the load went well', sharePermille: 500, isDone: hasLasted },
  {
    step: 'watch',
    proof: 'evidence was stable for 5 min',
    sharePermille: 1_000,
    isDone: (f) => f.nowUs - f.recoveryUs >= f.policy.mode.stableUs,
  },
];
