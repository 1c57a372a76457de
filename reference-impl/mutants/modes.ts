/** The modes broken: when they change, what Recovery does on its way, what they do to a node. */
import { behaviourIn } from '../mode/behaviour.ts';
import type { ModeBehaviour } from '../mode/behaviour.ts';
import { modeMatrix, recoverySteps } from '../mode/matrix.ts';
import type { Mode, RecoveryStepId } from '../mode/matrix.ts';
import type { BehaviourRules } from '../agent/behaviour.ts';
import { modeRules } from '../mode/mode.ts';
import type { Mutants } from './mutant.ts';

export const modeMutants: Mutants = {
  // The mode machine believes that all is well as soon as the cause has gone.
  'skip-recovery': {
    class: 'modes',
    difficulty: 'easy',
    what: 'Degraded and Floor lead straight to Target, without Recovery',
    breaks: ['mode-transitions'],
    modeRules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return mode === 'recovery' && f.mode !== 'recovery' ? 'target' : mode;
      },
    },
  },
  'misses-floor': {
    class: 'modes',
    difficulty: 'easy',
    what: 'a node that must go to the Floor stays in Degraded',
    breaks: ['mode-transitions'],
    modeRules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return mode === 'floor' ? 'degraded' : mode;
      },
    },
  },
  'recovery-in-haste': {
    class: 'modes',
    difficulty: 'hard',
    what: 'Recovery ends as soon as it has begun, its steps undone',
    breaks: ['mode-transitions', 'recovery-order'],
    modeRules: { nextMode: (f) => modeRules.nextMode({ ...f, isRecovered: true }) },
  },
  'trips-missed': {
    class: 'modes',
    difficulty: 'hard',
    what: 'however many circuits trip, the mode does not change for it',
    breaks: ['mode-transitions'],
    modeRules: {
      worst: (i, p) => modeMatrix.find((t) => t.id !== 'trips' && t.holds(i, p)) ?? null,
    },
  },
  'regression-missed': {
    class: 'modes',
    difficulty: 'hard',
    what: 'Recovery goes on although a cause of Degraded is back',
    breaks: ['mode-transitions'],
    modeRules: {
      nextMode(f) {
        const mode = modeRules.nextMode(f);
        return f.mode === 'recovery' && mode === 'degraded' ? 'recovery' : mode;
      },
    },
  },
  'stays-degraded': {
    class: 'modes',
    difficulty: 'easy',
    what: 'Recovery does not begin when the cause of Degraded has gone',
    breaks: ['mode-transitions'],
    modeRules: {
      nextMode: (f) => modeRules.nextMode(f.mode === 'degraded' ? { ...f, isSettled: false } : f),
    },
  },
  'recovery-skips-test': {
    class: 'modes',
    difficulty: 'easy',
    what: 'Recovery does not try its critical paths out',
    breaks: ['recovery-order'],
    modeRules: { steps: recoverySteps.filter((s) => s.step !== 'test') },
  },
  'recovery-out-of-order': {
    class: 'modes',
    difficulty: 'easy',
    what: 'Recovery takes up half of the load before it has reconciled anything',
    breaks: ['recovery-order'],
    modeRules: {
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
    class: 'modes',
    difficulty: 'hard',
    what: 'a call that was answered before the test began passes for the test',
    breaks: ['recovery-order'],
    modeRules: {
      isShown: (proof, f) =>
        modeRules.isShown(proof, proof === 'tested' ? { ...f, beganUs: f.recoveryUs } : f),
    },
  },
  'ramp-lingers': {
    class: 'modes',
    difficulty: 'hard',
    what: 'each step of the ramp of Recovery takes half as long again',
    breaks: ['recovery-order'],
    modeRules: {
      isShown: (proof, f) =>
        modeRules.isShown(proof, f) &&
        (proof !== 'lasted' || (f.nowUs - f.beganUs) * 2 >= f.policy.recovery.rampUs * 3),
    },
  },
  'ramp-ignored': {
    class: 'modes',
    difficulty: 'easy',
    what: 'a node in Recovery makes all of its calls from the start',
    breaks: ['mode-behaviours'],
    agentRules: inMode('recovery', (b) => ({ ...b, load: { ...b.load, isRamped: false } })),
  },
  'ramp-jumps': {
    class: 'modes',
    difficulty: 'hard',
    what: 'the ramp of Recovery goes from 10 % to all',
    breaks: ['mode-behaviours'],
    agentRules: { sharePermille: (s) => (s.sharePermille === 500 ? 1_000 : s.sharePermille) },
  },
  'floor-still-checks': {
    class: 'modes',
    difficulty: 'easy',
    what: 'a node on the Floor goes on checking instances',
    breaks: ['mode-behaviours'],
    agentRules: inMode('floor', (b) => ({ ...b, discovery: { ...b.discovery, isChecked: true } })),
  },
  'floor-uses-stale-list': {
    class: 'modes',
    difficulty: 'easy',
    what: 'a node on the Floor goes by what the registry once said',
    breaks: ['mode-behaviours'],
    agentRules: inMode('floor', (b) => ({
      ...b,
      discovery: { ...b.discovery, sources: ['registry', 'stale'] },
    })),
  },
  'floor-crosses-zones': {
    class: 'modes',
    difficulty: 'hard',
    what: 'static lists reach into other zones',
    breaks: ['mode-behaviours'],
    agentRules: inMode('floor', (b) => ({ ...b, discovery: { ...b.discovery, isLocal: false } })),
  },
  'floor-circuits-free': {
    class: 'modes',
    difficulty: 'easy',
    what: 'the Floor does not hold circuits open',
    breaks: ['mode-behaviours'],
    agentRules: inMode('floor', (b) => ({
      ...b,
      resilience: { ...b.resilience, isForcedOpen: false },
    })),
  },
  'floor-two-at-once': {
    class: 'modes',
    difficulty: 'hard',
    what: 'a node on the Floor has two calls out at a time',
    breaks: ['mode-behaviours'],
    agentRules: inMode('floor', (b) => ({ ...b, resilience: { ...b.resilience, callsMax: 2 } })),
  },
};

/** These steps of Recovery, in this order. */
function inOrder(...names: readonly RecoveryStepId[]): typeof recoverySteps {
  return names.flatMap((name) => recoverySteps.filter((s) => s.step === name));
}

/** What a node does in one mode is changed. */
function inMode(
  mode: Mode,
  change: (b: ModeBehaviour) => ModeBehaviour,
): Pick<BehaviourRules, 'behaviour'> {
  return {
    behaviour: (m) => (m === mode ? change(behaviourIn[m]) : behaviourIn[m]),
  };
}
