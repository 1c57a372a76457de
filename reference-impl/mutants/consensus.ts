/** Raft broken: elections, the log, reads. Each is a bug that a product shipped, or one step of a proof left out. */
import { consensusRules } from '../consensus/rules.ts';
import type { Mutants } from './mutant.ts';

export const consensusMutants: Mutants = {
  'votes-twice': {
    class: 'election',
    difficulty: 'easy',
    what: 'a server votes for whoever asks, however often in one term',
    breaks: ['election-safety'],
    storeRules: { mayVote: (f) => consensusRules.mayVote({ ...f, votedFor: null }) },
  },
  // A vote that is forgotten on restart can be cast twice in one term: two leaders.
  'vote-forgotten': {
    class: 'election',
    difficulty: 'hard',
    what: 'a restarted server has forgotten its term and whom it voted for',
    breaks: ['election-safety'],
    storeRules: { recoveredVote: () => ({ term: 0, votedFor: null }) },
  },
  'commit-alone': {
    class: 'log',
    difficulty: 'easy',
    what: 'a leader commits what it alone has written',
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    storeRules: { copiedTo: (match) => match.reduce((a, b) => Math.max(a, b), 0) },
  },
  'elects-behind': {
    class: 'log',
    difficulty: 'easy',
    what: 'a server votes for a candidate whose log is behind its own',
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    storeRules: { mayVote: (f) => f.votedFor === null || f.votedFor === f.candidate },
  },
  // Figure 8 of the Raft paper: copies of an entry of an older term are counted.
  'commit-any-term': {
    class: 'log',
    difficulty: 'hard',
    what: 'a leader commits entries of older terms by counting copies',
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    storeRules: { mayCommit: () => true },
  },
  // etcd 0.4 and Consul before `consistent` (consul#54): who once led believes that it still does.
  'stale-read': {
    class: 'reads',
    difficulty: 'easy',
    what: 'a deposed leader serves reads from its local state',
    breaks: ['linearizable'],
    storeRules: { mayServeRead: (f) => f.isLeader, mayStayLeader: () => true },
  },
  // etcd#20418: the lease of leadership is believed in, not confirmed.
  'read-unconfirmed': {
    class: 'reads',
    difficulty: 'hard',
    what: 'a leader serves reads without asking a majority whether it still leads',
    breaks: ['linearizable'],
    storeRules: { mayServeRead: (f) => f.isLeader && f.hasCommittedInTerm },
  },
  // etcd#7331: a new leader answers with the commit index that it knew as a follower.
  'read-before-noop': {
    class: 'reads',
    difficulty: 'hard',
    what: 'a new leader serves reads before it has committed an entry of its own term',
    breaks: ['linearizable'],
    storeRules: { mayServeRead: (f) => f.isLeader && f.isConfirmed },
  },
};
