/**
 * Bugs that other people's Raft and Zab had, written into this node: the protocol bugs of table 2 of SandTable
 * (Tang et al., EuroSys '24; its document "SandTable bugs descriptions" tells how each comes about). Of the sixteen the fifth
 * of the list, PySyncObj#169, is `commit-any-term`, which is older here.
 */
import type { Mutants } from '../mechanism.ts';
import { consensusRules } from './rules.ts';
import type { ConsensusRules } from './rules.ts';

export const naturalMutants: Mutants<ConsensusRules> = {
  'commit-falls': {
    difficulty: 'hard',
    what: 'a follower takes over a commit index that is behind its own',
    from: { system: 'PySyncObj', issue: 'https://github.com/bakwc/PySyncObj/issues/166' },
    breaks: ['never-goes-back'],
    shows: ['answers-overtake', 1],
    rules: { commitOf: (f) => Math.min(f.told, f.agreed) },
  },
  'next-behind-match': {
    difficulty: 'easy',
    what: 'a leader goes on from where it was, not from where a follower says that it is',
    from: { system: 'PySyncObj', issue: 'https://github.com/bakwc/PySyncObj/issues/167' },
    breaks: ['never-goes-back'],
    shows: ['answers-overtake', 2],
    rules: { nextOf: (next) => next },
  },
  // Two of its causes: the answer to entries is one short, and the leader believes the last one.
  'match-told-short': {
    difficulty: 'easy',
    what: 'a follower says that it has one entry less than it took, and the leader believes the last answer',
    from: { system: 'PySyncObj', issue: 'https://github.com/bakwc/PySyncObj/issues/167' },
    breaks: ['never-goes-back'],
    shows: ['answers-overtake', 1],
    rules: {
      agreedUpTo: (agreed, entries) => (entries > 0 ? agreed - 1 : agreed),
      matchOf: (_, told) => told,
    },
  },
  // There only with the first entries, here with all that a snapshot covers: our log says of them that they agree.
  'appends-what-is-in-snapshot': {
    difficulty: 'hard',
    what: 'a server appends entries once more that its snapshot covers, when they come late',
    from: { system: 'WRaft', issue: 'https://github.com/willemt/raft/pull/118', part: 1 },
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'state-agrees'],
    shows: ['answers-overtake', 1],
    rules: {
      placeOf: (f) =>
        f.prevIndex + 1 < f.first && f.entries > 0
          ? { known: 0, after: f.lastIndex }
          : consensusRules.placeOf(f),
    },
  },
  'snapshot-one-late': {
    difficulty: 'hard',
    what: 'a leader whose log begins just after what a follower needs sends no snapshot but its commit index',
    from: { system: 'WRaft', issue: 'https://github.com/willemt/raft/pull/118', part: 2 },
    breaks: ['log-matching', 'state-agrees', 'linearizable'],
    shows: ['answers-overtake', 10],
    rules: {
      maySendSnapshot: (next, first) => next < first - 1,
      commitToldToUnknown: (commit) => commit,
      // To whom nothing is said of the log: it commits what it has.
      commitOf: (f) =>
        f.agreed === 0
          ? Math.max(f.own, Math.min(f.told, f.lastIndex))
          : consensusRules.commitOf(f),
    },
  },
  'term-of-snapshot': {
    difficulty: 'hard',
    what: 'a server that takes a snapshot goes back to the term of its last entry',
    from: { system: 'WRaft', issue: 'https://github.com/willemt/raft/pull/118', part: 4 },
    breaks: ['never-goes-back', 'election-safety'],
    shows: ['answers-overtake', 23],
    rules: { termAfterSnapshot: (_, snapshotTerm) => snapshotTerm },
  },
  // The nearest to it: our probes may be empty, as their answer brings the rest. Here it counts as sent.
  'retry-empty': {
    difficulty: 'hard',
    what: 'what a leader sends to a follower that refused has no entries, and counts as if it had',
    from: { system: 'WRaft', issue: 'https://github.com/willemt/raft/pull/118', part: 5 },
    breaks: ['every-request-answered', 'catches-up'],
    shows: ['busy-clients', 1],
    rules: { retryCarries: () => false },
  },
  'next-falls-behind-match': {
    difficulty: 'hard',
    what: 'a leader goes back over what a follower is known to have, when it hears an old refusal',
    from: { system: 'WRaft', issue: 'https://github.com/willemt/raft/pull/118', part: 7 },
    breaks: ['never-goes-back'],
    shows: ['answers-overtake', 1],
    rules: {
      isStaleRefusal: () => false,
      nextAfterRefusal: (f) => Math.min(f.shared, f.refused - 1) + 1,
    },
  },
  // There where a leader's heartbeat is as long as an election time, and an assertion falls; ours has none.
  'leader-encourages': {
    difficulty: 'hard',
    what: 'a leader encourages others to stand in its place',
    from: { system: 'DaosRaft', issue: 'https://github.com/daos-stack/raft/pull/70' },
    breaks: ['leadership'],
    shows: ['returning-server', 1],
    rules: {
      mayEncourage: (ageUs, electionMinUs, isLeader) =>
        isLeader || consensusRules.mayEncourage(ageUs, electionMinUs, isLeader),
    },
  },
  'match-falls': {
    difficulty: 'hard',
    what: 'a leader believes the last answer of a follower, though an older one may come later',
    from: { system: 'RaftOS', issue: 'https://github.com/zhebrak/raftos/issues/25' },
    breaks: ['never-goes-back'],
    shows: ['answers-overtake', 1],
    rules: { matchOf: (_, told) => told },
  },
  'erases-on-late-message': {
    difficulty: 'easy',
    what: 'a follower drops all that it has beyond the beginning of a message, though it agrees',
    from: { system: 'RaftOS', issue: 'https://github.com/zhebrak/raftos/issues/26' },
    breaks: ['never-goes-back', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['power-failure', 1],
    rules: {
      placeOf: (f) =>
        f.lastIndex > f.prevIndex && f.prevIndex >= f.first - 1
          ? { known: 0, after: f.prevIndex }
          : consensusRules.placeOf(f),
    },
  },
  'commit-stops-at-older': {
    difficulty: 'hard',
    what: 'a leader looks no further than the first entry of an older term for what it may commit',
    from: { system: 'RaftOS', issue: 'https://github.com/zhebrak/raftos/pull/30' },
    breaks: ['every-request-answered', 'catches-up'],
    shows: ['lagging-server', 1],
    rules: { mayCommit: (entryTerm, term, nextTerm) => entryTerm === term && nextTerm === term },
  },
  'counts-old-votes': {
    difficulty: 'hard',
    what: 'a candidate counts votes of an earlier term',
    from: { system: 'Xraft', issue: 'https://github.com/xnnyygn/xraft/issues/33' },
    breaks: ['never-goes-back', 'election-safety'],
    shows: ['held-back-votes', 1],
    rules: {
      countsVote: (f) => f.isPre === f.isAskingPre && f.term <= f.ownTerm + (f.isPre ? 1 : 0),
    },
  },
  'any-server-reads': {
    difficulty: 'easy',
    what: 'whoever is asked answers a read from its own state',
    from: { system: 'Xraft', issue: 'https://github.com/xnnyygn/xraft/issues/40' },
    breaks: ['linearizable'],
    shows: ['leader-crash', 1],
    rules: { mayServeRead: () => true },
  },
  // A vote of Raft is not changed within a term, so that there are no circles of votes; but logs are compared.
  'logs-compared-in-circles': {
    difficulty: 'hard',
    what: 'a log counts as up to date by its last term or by its length, so that each of two may be ahead of the other',
    from: { system: 'ZooKeeper', issue: 'https://issues.apache.org/jira/browse/ZOOKEEPER-1419' },
    breaks: ['never-goes-back', 'log-matching', 'leader-completeness', 'linearizable'],
    shows: ['late-votes', 4],
    rules: {
      mayVote: (f) =>
        (f.votedFor === null || f.votedFor === f.candidate) &&
        (f.candidateLastTerm > f.lastTerm || f.candidateLastIndex >= f.lastIndex),
    },
  },
};
