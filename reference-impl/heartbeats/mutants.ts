/** Watchers that suspect too easily, or too late. */
import type { Mutants } from '../mechanism.ts';
import type { HeartbeatRules } from './rules.ts';
import { heartbeatRules } from './rules.ts';

export const heartbeatMutants: Mutants<HeartbeatRules> = {
  'accrual-window-short': {
    difficulty: 'hard',
    what: 'the accrual detector goes by the last five intervals, and takes their deviation for the truth',
    breaks: ['false-alarms-rare'],
    shows: ['uneven-links', 1],
    rules: {
      counted: () => 5,
      limitUs: (seen, c) => heartbeatRules.limitUs({ ...seen, count: 10 * seen.count }, c),
    },
  },
  'accrual-deviation-halved': {
    difficulty: 'easy',
    what: 'the accrual detector waits for half as many deviations as its threshold says',
    breaks: ['false-alarms-rare'],
    shows: ['uneven-links', 1],
    rules: {
      limitUs: (seen, c) =>
        heartbeatRules.limitUs({ ...seen, deviationUs: seen.deviationUs / 2 }, c),
    },
  },
  'accrual-never-sure': {
    difficulty: 'easy',
    what: 'the accrual detector waits for ever',
    breaks: ['death-suspected'],
    shows: ['uneven-links', 1],
    rules: { limitUs: () => Number.MAX_SAFE_INTEGER },
  },
  'held-up-unnoticed': {
    difficulty: 'hard',
    what: 'a watcher that stood still takes the silence for that of others',
    breaks: ['held-up-blames-nobody'],
    shows: ['uneven-links', 1],
    rules: { heldUpUs: () => 0 },
  },
};
