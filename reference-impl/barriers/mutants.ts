/** Barriers broken. */
import type { Mutants } from '../mechanism.ts';
import type { BarrierRules } from './rules.ts';

export const barrierMutants: Mutants<BarrierRules> = {
  'barrier-opens-early': {
    difficulty: 'easy',
    what: 'a barrier opens when all but one have come',
    breaks: ['barrier-together'],
    shows: ['barrier', 1],
    rules: { opensBarrier: (f) => f.inside >= f.parties - 1 },
  },
  'barrier-left-early': {
    difficulty: 'easy',
    what: 'whoever goes is told that all have gone while one is in',
    breaks: ['barrier-together'],
    shows: ['barrier', 1],
    rules: { isLeft: (f) => f.inside <= 1 },
  },
  // Without the node that ZooKeeper's recipe calls ready.
  'barrier-closes-again': {
    difficulty: 'hard',
    what: 'a barrier that was opened is closed to who asks after the first has gone',
    breaks: ['barrier-opens'],
    shows: ['barrier', 1],
    rules: { staysOpen: () => false },
  },
  'barrier-wants-one-more': {
    difficulty: 'easy',
    what: 'a barrier waits for one party more than it is for',
    breaks: ['barrier-opens'],
    shows: ['barrier', 1],
    rules: { opensBarrier: (f) => f.inside > f.parties },
  },
  'snapshot-loses-barriers': {
    difficulty: 'hard',
    what: 'a snapshot leaves out who is in which barrier',
    breaks: ['state-agrees', 'barrier-together', 'barrier-opens'],
    shows: ['held-through-snapshot', 2],
    rules: { isInSnapshot: (table) => table !== 'barriers' },
  },
};
