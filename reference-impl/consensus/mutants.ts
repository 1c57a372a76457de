/** Raft broken: elections, the log, reads, the disk. Each is a bug that a product shipped, or one step of a proof left out. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import type { Entry } from './messages.ts';
import { consensusRules } from './rules.ts';
import type { ConsensusRules } from './rules.ts';
import { appendingTwice, repeatingEntries } from './wasteful.ts';
import { writeLate } from './write-late.ts';

const isOfOdd = ({ command }: Entry): boolean =>
  'client' in command && Number(command.client) % 2 === 1;

export const consensusMutants: Mutants<ConsensusRules> = {
  'votes-twice': {
    difficulty: 'easy',
    what: 'a server votes for whoever asks, however often in one term',
    breaks: ['election-safety'],
    rules: { mayVote: (f) => consensusRules.mayVote({ ...f, votedFor: null }) },
  },
  // A vote that is forgotten on restart can be cast twice in one term: two leaders.
  'vote-forgotten': {
    difficulty: 'hard',
    what: 'a restarted server has forgotten its term and whom it voted for',
    breaks: ['election-safety'],
    rules: { recoveredVote: () => ({ term: 0, votedFor: null }) },
  },
  'vote-not-written': {
    difficulty: 'hard',
    what: 'a vote in a term that the server knew before is not written to its disk',
    breaks: ['election-safety'],
    shows: ['crash-at-vote', 6],
    rules: { mustPersistVote: (f) => f.isNewerTerm },
  },
  // PostgreSQL until 2018 (fsyncgate): the second sync succeeds, for the kernel has let go of what it could not write.
  'failed-sync-tried-again': {
    difficulty: 'hard',
    what: 'a server whose disk failed a sync asks it once more, and believes that all is written',
    breaks: ['linearizable', 'leader-completeness', 'log-matching', 'election-safety'],
    shows: ['failing-disks', 2],
    disk: { afterFailedSync: 'try again' },
  },
  'sums-ignored': {
    difficulty: 'hard',
    what: 'a server that starts believes every record on its disk, damaged or not',
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'election-safety'],
    shows: ['damaged-disks', 2],
    disk: { checksSums: false },
  },
  // ZooKeeper and LogCabin as Alagappan et al. found them (Protocol-aware recovery, FAST 2018): damage is an end.
  'wrong-place-is-the-end': {
    difficulty: 'hard',
    what: 'a server that starts takes a record of another place for the torn end of its log, and cuts that off there',
    breaks: ['leader-completeness', 'linearizable', 'log-matching', 'election-safety'],
    shows: ['misdirected-writes', 1],
    disk: { checksPlaces: false },
  },
  'impatient-follower': {
    difficulty: 'easy',
    what: 'a server stands for election before the leader had to say that it is there',
    breaks: ['leadership'],
    rules: { electionTimeoutUs: (leastUs) => leastUs >> 3, mayEncourage: () => true },
  },
  // CockroachDB#13894, etcd before pre-vote: who comes back deposes a leader that all others hear.
  'deaf-to-leaders': {
    difficulty: 'hard',
    what: 'a server encourages a candidate although it hears a leader',
    breaks: ['leadership'],
    rules: { mayEncourage: () => true },
  },
  'commit-alone': {
    difficulty: 'easy',
    what: 'a leader commits what it alone has written',
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    rules: { copiedTo: (match) => match.reduce((a, b) => Math.max(a, b), 0) },
  },
  'elects-behind': {
    difficulty: 'easy',
    what: 'a server votes for a candidate whose log is behind its own',
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    rules: { mayVote: (f) => f.votedFor === null || f.votedFor === f.candidate },
  },
  // Figure 8 of the Raft paper: copies of an entry of an older term are counted.
  'commit-any-term': {
    difficulty: 'hard',
    what: 'a leader commits entries of older terms by counting copies',
    from: { system: 'PySyncObj', issue: 'https://github.com/bakwc/PySyncObj/issues/169' },
    breaks: ['log-matching', 'leader-completeness', 'linearizable'],
    rules: { mayCommit: () => true },
  },
  // etcd 0.4 and Consul before `consistent` (consul#54): who once led believes that it still does.
  'stale-read': {
    difficulty: 'easy',
    what: 'a deposed leader serves reads from its local state',
    breaks: ['linearizable'],
    rules: { mayServeRead: (f) => f.isLeader, mayStayLeader: () => true },
  },
  // etcd#20418: the lease of leadership is believed in, not confirmed.
  'read-unconfirmed': {
    difficulty: 'hard',
    what: 'a leader serves reads without asking a majority whether it still leads',
    breaks: ['linearizable'],
    rules: { mayServeRead: (f) => f.isLeader && f.hasCommittedInTerm },
  },
  'lease-ignores-drift': {
    difficulty: 'hard',
    what: 'a lease of leadership lasts as long as if all clocks ran alike',
    breaks: ['linearizable'],
    shows: ['lease-reads', 1],
    rules: { leaseUs: (electionMinUs) => electionMinUs },
  },
  'lease-from-answer': {
    difficulty: 'hard',
    what: 'a lease of leadership counts from when the others answered, not from when they were asked',
    breaks: ['linearizable'],
    shows: ['lease-reads', 1],
    rules: { leaseBegins: (_, nowUs) => nowUs },
  },
  'lease-outlives-hand-over': {
    difficulty: 'hard',
    what: 'a leader goes on to answer by its lease after it told another to stand in its place',
    breaks: ['linearizable'],
    shows: ['lease-reads', 2],
    rules: { mayUseLease: () => true },
  },
  'snapshot-not-sent': {
    difficulty: 'easy',
    what: 'a leader sends no snapshot to a server that needs what is forgotten',
    breaks: ['catches-up'],
    shows: ['lossy-return', 1],
    rules: { maySendSnapshot: () => false },
  },
  'piece-sent-once': {
    difficulty: 'hard',
    what: 'a piece of a snapshot that was lost is not sent again',
    breaks: ['catches-up'],
    shows: ['lossy-return', 1],
    rules: { maySendAgain: () => false },
  },
  'last-come-first-served': {
    difficulty: 'easy',
    what: 'of changes that wait together the leader writes the last one first',
    breaks: ['orders-in-turn'],
    shows: ['bell-in-turn', 1],
    rules: { inGroup: (waiting) => waiting.toReversed() },
  },
  // Order by price and time, where time is that of the client's own clock or place in a list.
  'favourites-first': {
    difficulty: 'hard',
    what: 'of changes that wait together the leader writes those of one client first',
    breaks: ['orders-in-turn'],
    shows: ['bell-in-turn', 1],
    rules: {
      inGroup: (waiting) => [...waiting.filter(isOfOdd), ...waiting.filter((e) => !isOfOdd(e))],
    },
  },
  'appends-twice': {
    difficulty: 'easy',
    what: 'a leader sends each message to its followers twice',
    breaks: ['replication-bounded'],
    shows: ['steady-writes', 1],
    wrap: appendingTwice,
  },
  // A leader that takes each silence for a loss: the followers find nothing new, the network is full.
  'heartbeats-repeat-entries': {
    difficulty: 'hard',
    what: 'each heartbeat of a leader carries its last entries again',
    breaks: ['replication-bounded'],
    shows: ['steady-writes', 1],
    wrap: (inner) => repeatingEntries(inner, 32),
  },
  // etcd#7331: a new leader answers with the commit index that it knew as a follower.
  'read-before-noop': {
    difficulty: 'hard',
    what: 'a new leader serves reads before it has committed an entry of its own term',
    breaks: ['linearizable'],
    rules: { mayServeRead: (f) => f.isLeader && f.isConfirmed },
  },
  // Redis' `appendfsync everysec`.
  'fsync-every-second': {
    difficulty: 'easy',
    what: 'votes and entries are acknowledged up to a second before they are on the disk',
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'election-safety'],
    wrap: (inner) => writeLate(inner, secondsUs(1)),
  },
  // etcd#14370.
  'ack-before-fsync': {
    difficulty: 'hard',
    what: 'votes and entries are acknowledged before they are on the disk',
    breaks: ['log-matching', 'leader-completeness', 'linearizable', 'election-safety'],
    wrap: (inner) => writeLate(inner, 200_000),
  },
};
