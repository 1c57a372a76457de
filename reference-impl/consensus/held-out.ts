/**
 * Raft broken in further ways, each written down before anybody looked at what would notice it: they measure the
 * stories and the judges, not the other way round. Sections as in `rules.ts`.
 */
import type { Mutants } from '../mechanism.ts';
import type { ConsensusRules } from './rules.ts';

export const heldOutMutants: Mutants<ConsensusRules> = {
  'half-is-enough': {
    difficulty: 'hard',
    what: 'half of an even number of servers counts as a majority of copies',
    breaks: [
      'membership-change-safe',
      'log-matching',
      'leader-completeness',
      'linearizable',
      'election-safety',
    ],
    shows: ['servers-change', 1],
    rules: {
      copiedTo: (match) => match.toSorted((a, b) => b - a)[Math.ceil(match.length / 2) - 1] ?? 0,
    },
  },
  'commits-what-differs': {
    difficulty: 'hard',
    what: 'a follower commits as far as the leader has, whether its own entries agree that far or not',
    breaks: ['never-goes-back', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['quick-restarts', 1],
    rules: { commitOf: (f) => Math.max(f.own, Math.min(f.told, f.lastIndex)) },
  },
  'hears-old-answers': {
    difficulty: 'hard',
    what: 'a leader counts answers that were given to its earlier reigns',
    breaks: ['linearizable'],
    missed:
      'the same server has to lead again while answers to its earlier reign are on their way, and to be cut off then',
    rules: { countsAnswer: (term, own) => term <= own },
  },
  'length-ignored': {
    difficulty: 'hard',
    what: 'a server votes for a shorter log of the same last term',
    breaks: ['leader-completeness', 'log-matching', 'linearizable'],
    shows: ['late-answers', 1],
    rules: {
      mayVote: (f) =>
        (f.votedFor === null || f.votedFor === f.candidate) && f.candidateLastTerm >= f.lastTerm,
    },
  },
  'term-kept-vote-lost': {
    difficulty: 'hard',
    what: 'a restarted server knows its term, and not whom it voted for in it',
    breaks: ['election-safety', 'never-goes-back'],
    shows: ['crash-at-vote', 6],
    rules: { recoveredVote: ({ term }) => ({ term, votedFor: null }) },
  },
  'lease-doubled': {
    difficulty: 'hard',
    what: 'a lease of leadership lasts two election times',
    breaks: ['linearizable'],
    shows: ['lease-reads', 1],
    rules: { leaseUs: (electionMinUs) => 2 * electionMinUs },
  },
  'leads-without-majority': {
    difficulty: 'hard',
    what: 'a leader that hears no majority goes on leading',
    breaks: ['steps-down'],
    shows: ['deposed-leader', 1],
    rules: { mayStayLeader: () => true },
  },
  'leads-with-all-only': {
    difficulty: 'easy',
    what: 'a leader steps down as soon as one server is silent',
    breaks: ['leadership'],
    shows: ['leader-crash', 1],
    rules: { mayStayLeader: (heard, voters) => heard === voters },
  },
  'hands-over-behind': {
    difficulty: 'hard',
    what: 'leadership is handed to a server that lacks the last entries',
    breaks: ['hand-over-heeded'],
    shows: ['busy-hand-overs', 1],
    rules: { mayHandOver: () => true },
  },
  'next-skips-one': {
    difficulty: 'easy',
    what: 'a leader leaves out one entry after what a follower has',
    breaks: ['replication-bounded', 'every-request-answered', 'catches-up'],
    shows: ['steady-writes', 1],
    rules: { nextOf: (next, match) => Math.max(next, match + 2) },
  },
  'learners-decide': {
    difficulty: 'hard',
    what: 'servers that only learn the log count in majorities',
    breaks: ['membership-change-safe'],
    shows: ['servers-change', 5],
    rules: {
      quorums: ({ voters, old, learners }) => {
        const all = [...voters, ...learners];
        return old === undefined ? [all] : [old, all];
      },
    },
  },
  'votes-before-caught-up': {
    difficulty: 'hard',
    what: 'a server that is added votes before it has the log',
    breaks: ['every-request-answered'],
    shows: ['growing-cluster', 1],
    rules: { isCaughtUp: () => true },
  },
  'same-timeouts': {
    difficulty: 'hard',
    what: 'all servers wait equally long before they stand for election',
    breaks: ['elects-over-slow-links'],
    shows: ['equal-links', 1],
    rules: { electionTimeoutUs: (leastUs, _mostUs, random) => leastUs + random(2) },
  },
};
