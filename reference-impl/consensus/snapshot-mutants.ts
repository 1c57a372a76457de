/** Snapshots broken on their way: the state that arrives is of no moment, or none arrives. */
import type { Mutants } from '../mechanism.ts';
import type { ConsensusRules } from './rules.ts';

export const snapshotMutants: Mutants<ConsensusRules> = {
  'begins-nothing-again': {
    difficulty: 'hard',
    what: 'a leader goes on with a snapshot whose beginning the follower has lost',
    breaks: ['catches-up'],
    shows: ['broken-transfers', 2],
    rules: { beginsAgain: () => false },
  },
  'waits-for-the-gone': {
    difficulty: 'hard',
    what: 'a leader sends nobody a snapshot while one is on its way to a server that is gone',
    breaks: ['catches-up'],
    shows: ['broken-transfers', 3],
    rules: { isGone: () => false },
  },
  // ZooKeeper's snapshots are so on purpose, and its transactions can be done twice; ours cannot.
  'snapshot-of-many-moments': {
    difficulty: 'hard',
    what: 'keys that change while a snapshot is taken are in it as they are by then',
    breaks: ['state-agrees', 'linearizable'],
    shows: ['broken-transfers', 1],
    rules: { isOfOneMoment: () => false },
  },
  'removed-comes-back': {
    difficulty: 'hard',
    what: 'a key that is removed while a snapshot is taken is there again when that has ended',
    breaks: ['linearizable', 'state-agrees'],
    shows: ['broken-transfers', 1],
    rules: { staysRemoved: () => false },
  },
};
