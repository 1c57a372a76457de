/**
 * The small decisions that make Raft safe, each pure. A mutant replaces one of them.
 *
 * Sections are those of Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm
 * (Extended Version)", 2014, and of Ongaro's dissertation where it says so.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { changeRules, type ChangeRules } from './change-rules.ts';
import { copyRules, type CopyRules } from './copy-rules.ts';
import type { Entry } from './messages.ts';
import { leaseRules, type LeaseRules } from './lease-rules.ts';
import { majorityOf, reachedByMajority } from './quorum.ts';
import { snapshotRules, type SnapshotRules } from './snapshot-rules.ts';

export interface VoteFacts {
  /** Whom this node voted for in the term in question, as far as it remembers. */
  readonly votedFor: NodeId | null;
  readonly candidate: NodeId;
  readonly lastTerm: number;
  readonly lastIndex: number;
  readonly candidateLastTerm: number;
  readonly candidateLastIndex: number;
}

interface VoteAnswerFacts {
  /** The answer, and what it was given to. */
  readonly isPre: boolean;
  readonly term: number;
  /** The server that asked: its term, and what it asks for. */
  readonly ownTerm: number;
  readonly isAskingPre: boolean;
}

interface RecoveredVote {
  readonly term: number;
  readonly votedFor: NodeId | null;
}

interface ReadFacts {
  readonly isLeader: boolean;
  /** A majority acknowledged this leader's term after the read arrived. */
  readonly isConfirmed: boolean;
  /** Nobody else can be leader yet; see `lease.ts`. */
  readonly hasLease: boolean;
  /** The leader has committed an entry of its own term. */
  readonly hasCommittedInTerm: boolean;
}

export interface ConsensusRules extends ChangeRules, CopyRules, LeaseRules, SnapshotRules {
  /** How long a server waits for a leader before it stands for election, µs; drawn anew each time. */
  electionTimeoutUs(leastUs: number, mostUs: number, random: (bound: number) => number): number;
  /** May a server that heard a leader `ageUs` ago (null: knows of none; 0: leads) encourage another to stand? */
  mayEncourage(ageUs: number | null, electionMinUs: number, isLeader: boolean): boolean;
  /** May the vote be given to this candidate? */
  mayVote(f: VoteFacts): boolean;
  /** Must a request for a vote be followed by a record? */
  mustPersistVote(f: { readonly isNewerTerm: boolean; readonly isGranted: boolean }): boolean;
  /** What a restarted node believes of the term and vote that it finds on its disk. */
  recoveredVote(found: RecoveredVote): RecoveredVote;
  /** How far the log is safely copied; `match`: how far the copy of each voter reaches. */
  copiedTo(match: Float64Array): number;
  /** Is this answer one to the vote that is asked for now? */
  countsVote(f: VoteAnswerFacts): boolean;
  /**
   * May a leader of `term` commit, by counting copies, an entry of `entryTerm`? `nextTerm`: of the first
   * entry that is not committed.
   */
  mayCommit(entryTerm: number, term: number, nextTerm: number): boolean;
  /** May a leader go on after it heard from `heard` voters, itself included if it is one, of `voters`? */
  mayStayLeader(heard: number, voters: number): boolean;
  /** May a leader whose log ends at `last` tell a follower that has it up to `match` to stand? */
  mayHandOver(match: number, last: number): boolean;
  /** Must a server that is told to stand be elected by the others? */
  needsVotes(isHandedOver: boolean): boolean;
  /** The entries of the next group, in the order in which they go into the log. */
  inGroup(waiting: Entry[]): Entry[];
  /** May a linearizable read be answered from the applied state now? */
  mayServeRead(f: ReadFacts): boolean;
}

export const consensusRules: ConsensusRules = {
  ...changeRules,
  ...copyRules,
  ...leaseRules,
  ...snapshotRules,
  // Drawn, so that not all stand at once and split the vote (§5.2).
  electionTimeoutUs: (leastUs, mostUs, random) => leastUs + random(mostUs - leastUs + 1),
  // Whoever was cut off must not disturb those that have a leader (dissertation §4.2.3, §9.6).
  mayEncourage: (ageUs, electionMinUs) => ageUs === null || ageUs >= electionMinUs,
  // One vote a term (§5.2), and only for a log at least as up to date as one's own (§5.4.1).
  mayVote: (f) =>
    (f.votedFor === null || f.votedFor === f.candidate) &&
    (f.candidateLastTerm > f.lastTerm ||
      (f.candidateLastTerm === f.lastTerm && f.candidateLastIndex >= f.lastIndex)),
  // A term or vote that is forgotten can be used twice (§5.2).
  mustPersistVote: (f) => f.isNewerTerm || f.isGranted,
  recoveredVote: (found) => found,
  // Votes of another term were given to somebody else, or to another log (§5.2).
  countsVote: (f) =>
    f.isPre ? f.isAskingPre && f.term === f.ownTerm + 1 : !f.isAskingPre && f.term === f.ownTerm,
  // Two majorities meet in a server (§5.3): no later leader can have missed what one of them holds.
  copiedTo: (match) => reachedByMajority(match),
  // An older entry on a majority can still be overwritten (§5.4.2, figure 8): it is committed only
  // along with a later one of the leader's own term.
  mayCommit: (entryTerm, term) => entryTerm === term,
  // Check-quorum (dissertation §6.2): a leader that is cut off must not believe in itself for ever.
  mayStayLeader: (heard, voters) => heard >= majorityOf(voters),
  // Otherwise it could not win, and would depose its leader for nothing (dissertation §3.10).
  mayHandOver: (match, last) => match === last,
  // The leader may be none any more, and the message late.
  needsVotes: () => true,
  // As they came: who comes later is not served before (R8).
  inGroup: (waiting) => waiting,
  // Read index (§8; dissertation §6.4): only a new leader's own entry shows it how far the log was
  // committed before it, and only a majority shows that nobody has replaced it.
  mayServeRead: (f) => f.isLeader && (f.isConfirmed || f.hasLease) && f.hasCommittedInTerm,
};
