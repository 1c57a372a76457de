/** The modes broken: when they change, what Recovery does on its way. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import { recoverySteps } from './matrix.ts';
import type { RecoveryStepId } from './matrix.ts';
import { modeRules } from './mode.ts';
import type { ModeRules } from './mode.ts';

export const modeMutants: Mutants<ModeRules> = {
  // The mode machine believes that all is well as soon as the cause has gone.
  'skip-recovery': {
    difficulty: 'easy',
    what: 'Degraded and Floor lead straight to Target, without Recovery',
    breaks: ['mode-transitions'],
    rules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return mode === 'recovery' && f.mode !== 'recovery' ? 'target' : mode;
      },
    },
  },
  'misses-floor': {
    difficulty: 'easy',
    what: 'a node that must go to the Floor stays in Degraded',
    breaks: ['mode-transitions'],
    rules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return mode === 'floor' ? 'degraded' : mode;
      },
    },
  },
  'recovery-in-haste': {
    difficulty: 'hard',
    what: 'Recovery ends as soon as it has begun, its steps undone',
    breaks: ['mode-transitions', 'recovery-order'],
    rules: { nextMode: (f) => modeRules.nextMode({ ...f, isRecovered: true }) },
  },
  'trips-missed': {
    difficulty: 'hard',
    what: 'however many circuits trip, the mode does not change for it',
    breaks: ['mode-transitions'],
    rules: {
      worst: (matrix, i, p) => matrix.find((t) => t.id !== 'trips' && t.holds(i, p)) ?? null,
    },
  },
  'regression-missed': {
    difficulty: 'hard',
    what: 'Recovery goes on although a cause of Degraded is back',
    breaks: ['mode-transitions'],
    rules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return f.mode === 'recovery' && mode === 'degraded' ? 'recovery' : mode;
      },
    },
  },
  'stays-degraded': {
    difficulty: 'easy',
    what: 'Recovery does not begin when the cause of Degraded has gone',
    breaks: ['mode-transitions'],
    rules: {
      nextMode: (f) => modeRules.nextMode(f.mode === 'degraded' ? { ...f, isSettled: false } : f),
    },
  },
  'recovery-skips-test': {
    difficulty: 'easy',
    what: 'Recovery does not try its critical paths out',
    breaks: ['recovery-order'],
    rules: { steps: recoverySteps.filter((s) => s.step !== 'test') },
  },
  'recovery-out-of-order': {
    difficulty: 'easy',
    what: 'Recovery takes up half of the load before it has reconciled anything',
    breaks: ['recovery-order'],
    rules: {
      steps: inOrder(
        'validate',
        're-establish',
        'ramp-50',
        'reconcile',
        'test',
        'ramp-100',
        'watch',
      ),
    },
  },
  'recovery-tested-before': {
    difficulty: 'hard',
    what: 'a call that was answered before the test began passes for the test',
    breaks: ['recovery-order'],
    rules: {
      isShown: (proof, f) =>
        modeRules.isShown(proof, proof === 'tested' ? { ...f, beganUs: f.recoveryUs } : f),
    },
  },
  'ramp-lingers': {
    difficulty: 'hard',
    what: 'each step of the ramp of Recovery takes half as long again',
    breaks: ['recovery-order'],
    rules: {
      isShown: (proof, f) =>
        modeRules.isShown(proof, f) &&
        (proof !== 'lasted' || (f.nowUs - f.beganUs) * 2 >= f.policy.recovery.rampUs * 3),
    },
  },
  'evidence-expired': {
    difficulty: 'easy',
    what: 'a change of mode rests on evidence whatever its age',
    breaks: ['evidence-lifetime'],
    rules: { mayUse: () => true },
  },
  'evidence-grace': {
    difficulty: 'hard',
    what: 'evidence is used for some seconds after it has expired',
    breaks: ['evidence-lifetime'],
    rules: { mayUse: (e, nowUs) => nowUs < e.issuedUs + e.lifetimeUs + secondsUs(5) },
  },
};

/** These steps of Recovery, in this order. */
function inOrder(...names: readonly RecoveryStepId[]): typeof recoverySteps {
  return names.flatMap((name) => recoverySteps.filter((s) => s.step === name));
}
