/** What a node believes of itself and of others, broken: modes, evidence, membership. */
import { secondsUs } from '../../harness/core/duration.ts';
import { modeRules } from '../mode/mode.ts';
import { ghostMember } from './ghost-member.ts';
import type { Mutants } from './mutant.ts';
import { neverRefute } from './never-refute.ts';

export const nodeMutants: Mutants = {
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
    breaks: ['mode-transitions'],
    modeRules: { nextMode: (f) => modeRules.nextMode({ ...f, isRecovered: true }) },
  },
  'evidence-expired': {
    class: 'evidence',
    difficulty: 'easy',
    what: 'a change of mode rests on evidence whatever its age',
    breaks: ['evidence-lifetime'],
    modeRules: { mayUse: () => true },
  },
  'evidence-grace': {
    class: 'evidence',
    difficulty: 'hard',
    what: 'evidence is used for some seconds after it has expired',
    breaks: ['evidence-lifetime'],
    modeRules: { mayUse: (e, nowUs) => nowUs < e.issuedUs + e.lifetimeUs + secondsUs(5) },
  },
  'never-refute': {
    class: 'membership',
    difficulty: 'easy',
    what: 'a member that is wrongly suspected does not contradict',
    breaks: ['membership'],
    membershipRules: neverRefute,
  },
  'ghost-member': {
    class: 'membership',
    difficulty: 'hard',
    what: 'a dead member is revived by old news',
    breaks: ['membership'],
    membershipRules: ghostMember,
  },
};
