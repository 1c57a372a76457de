/** Changes of servers and leaders broken: each leaves out what makes two majorities meet. */
import type { Mutants } from '../mechanism.ts';
import type { ServerRules } from './rules.ts';

export const serverMutants: Mutants<ServerRules> = {
  // The step that joint consensus is there for: the old voters are asked no more before they know.
  'new-voters-alone': {
    difficulty: 'easy',
    what: 'while servers are changed, the new voters decide without the old ones',
    breaks: ['membership-change-safe', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['servers-change', 1],
    rules: { quorums: ({ voters }) => [voters] },
  },
  'no-joint-step': {
    difficulty: 'easy',
    what: 'servers are changed in one step, whatever the number of them',
    breaks: ['membership-change-safe', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['servers-change', 1],
    rules: { firstStep: (_, to) => to },
  },
  'change-in-haste': {
    difficulty: 'easy',
    what: 'a leader goes on with a change before the last step of it is committed',
    breaks: ['membership-change-safe', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['servers-change', 1],
    rules: { mayChange: () => true },
  },
  'undone-change-stays': {
    difficulty: 'hard',
    what: 'a server goes on by a change of servers that another leader has overwritten',
    breaks: ['servers-agreed'],
    shows: ['changes-overwritten', 1],
    rules: { endsWithItsEntry: () => false },
  },
  'snapshot-keeps-servers': {
    difficulty: 'hard',
    what: 'a server that gets a snapshot goes on by the change of servers that it knew before',
    breaks: ['servers-agreed'],
    shows: ['changes-overwritten', 1],
    rules: { isTakenFromSnapshot: (index) => index === 0 },
  },
  // Told late, by a leader that went on, it lacks what was committed meanwhile.
  'leads-when-told': {
    difficulty: 'hard',
    what: 'a server that is told to take over leads without the votes of the others',
    breaks: ['leader-completeness', 'log-matching', 'election-safety', 'linearizable'],
    shows: ['leader-hands-over', 4],
    rules: { needsVotes: (isHandedOver) => !isHandedOver },
  },
  'change-of-another-told': {
    difficulty: 'easy',
    what: 'whoever asks for a change of servers while another is under way is told when that one is done',
    breaks: ['change-as-asked'],
    shows: ['changes-refused', 1],
    rules: { isSameChange: () => true },
  },
  'given-up-told-done': {
    difficulty: 'hard',
    what: 'a change of servers that was given up, as one of them did not catch up, is told to be done',
    breaks: ['change-as-asked'],
    shows: ['changes-refused', 1],
    rules: { isToldDone: () => true },
  },
};
