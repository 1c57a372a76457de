/** Supervisors that take one probe for another. */
import type { Mutants } from '../mechanism.ts';
import type { ProbeRules } from './rules.ts';

export const probeMutants: Mutants<ProbeRules> = {
  'probe-start-not-waited': {
    difficulty: 'easy',
    what: 'liveness counts while a program starts, so that one that starts slowly never does',
    breaks: ['restarted-for-cause'],
    shows: ['slow-starters', 1],
    rules: { counted: () => ['start-up', 'liveness', 'readiness'] },
  },
  'probe-unready-restarted': {
    difficulty: 'easy',
    what: 'a program that is not ready is restarted',
    breaks: ['restarted-for-cause'],
    shows: ['slow-starters', 1],
    rules: { consequence: () => 'restart' },
  },
  'probe-hung-only-taken-out': {
    difficulty: 'hard',
    what: 'a program that hangs is taken out of the registry and left alone',
    breaks: ['restarted-for-cause'],
    shows: ['slow-starters', 1],
    rules: { consequence: () => 'take-out' },
  },
  'probe-looks-add-up': {
    difficulty: 'hard',
    what: 'looks that fail now and then add up, and so do those that pass',
    breaks: ['looks-in-a-row'],
    shows: ['flapping-program', 1],
    rules: { inRow: (isSame, before) => (isSame ? before + 1 : before) },
  },
  'probe-one-look': {
    difficulty: 'hard',
    what: 'one look is enough to take a program out, and one to bring it back',
    breaks: ['looks-in-a-row'],
    shows: ['flapping-program', 1],
    rules: { isEnough: (probe, inRow, n) => inRow >= (probe === 'readiness' ? 1 : n) },
  },
  'probe-unready-listed': {
    difficulty: 'easy',
    what: 'a program that is not ready stays in the registry',
    breaks: ['unready-spared'],
    shows: ['slow-starters', 1],
    rules: { isListed: () => true },
  },
};
