/**
 * Elections: pre-vote, vote, and what becomes of a candidate (§5.2; dissertation §9.6).
 *
 * The pre-vote keeps a server that was cut off from disturbing: it raises its term only after a
 * majority, too, has heard no leader lately.
 */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import { isAgreed } from './configuration.ts';
import { isBound } from './lease.ts';
import type { TimeoutNow, Vote, VoteRequest } from './messages.ts';
import { startLeading } from './replication.ts';
import { adoptTerm, armElection, drawTimeout, leaderAgeUs, persistTerm, setRole } from './role.ts';
import type { VoteFacts } from './rules.ts';
import type { RaftState } from './state.ts';

/** The election timer fired. */
export function electionTimer(s: RaftState, w: World, fx: Effects): void {
  s.isElectionTimerSet = false;
  if (s.role === 'leader') return;
  if (w.nowUs >= s.sinceUs + s.timeoutUs) {
    if (s.members.isVoter) askForVotes(s, 'pre', w, fx);
    else waitAnew(s, w);
  }
  armElection(s, w, fx);
}

/** No voter: it has nobody to name to those who ask for the leader. */
function waitAnew(s: RaftState, w: World): void {
  s.leader = null;
  drawTimeout(s, w);
}

/** The leader told this server to stand in its place: at once, without a pre-vote. */
export function timeoutNow(s: RaftState, m: TimeoutNow, w: World, fx: Effects): void {
  if (m.term !== s.term || s.role === 'leader' || !s.members.isVoter) return;
  askForVotes(s, 'handed-over', w, fx);
  if (!s.rules.needsVotes(true)) startLeading(s, w, fx);
}

/**
 * Starts a pre-vote or, after a majority said yes to one or when it was told to, stands for election in
 * the next term.
 */
function askForVotes(
  s: RaftState,
  why: 'pre' | 'encouraged' | 'handed-over',
  w: World,
  fx: Effects,
): void {
  const isPre = why === 'pre';
  drawTimeout(s, w);
  s.leader = null;
  s.isPre = isPre;
  s.votes.fill(0);
  if (isPre) {
    s.votes[s.slot] = 1;
    if (s.role === 'candidate') setRole(s, 'follower', w, fx);
  } else {
    s.term += 1;
    s.votedFor = s.self;
    // Its own vote counts only once it is on the disk: see `ownVoteDurable`.
    s.voteRecord = persistTerm(s, fx);
    setRole(s, 'candidate', w, fx);
  }
  const request: VoteRequest = {
    kind: 'vote-request',
    term: isPre ? s.term + 1 : s.term,
    isPre,
    ...(why === 'handed-over' && { isHandedOver: true }),
    lastIndex: s.log.lastIndex,
    lastTerm: s.log.lastTerm,
  };
  for (const slot of s.members.others) fx.send(s.servers[slot] as NodeId, request);
  if (isPre) countVotes(s, w, fx);
}

export function voteRequest(
  s: RaftState,
  from: NodeId,
  m: VoteRequest,
  w: World,
  fx: Effects,
): void {
  if (m.isHandedOver !== true && isBound(s, w.nowUs)) return;
  if (m.isPre) {
    const isGranted = mayStand(s, from, m, w);
    answer(from, isGranted ? m.term : s.term, true, isGranted, fx);
    return;
  }
  const isNewer = m.term > s.term;
  if (isNewer) adoptTerm(s, m.term, w, fx);
  const isGranted =
    m.term === s.term && s.role === 'follower' && s.rules.mayVote(facts(s, from, m));
  if (isGranted) {
    s.votedFor = from;
    s.sinceUs = w.nowUs;
  }
  if (s.rules.mustPersistVote({ isNewerTerm: isNewer, isGranted })) persistTerm(s, fx);
  answer(from, s.term, false, isGranted, fx);
}

/** A pre-vote: would I vote for it, and do I miss a leader myself? Binds nobody. */
function mayStand(s: RaftState, from: NodeId, m: VoteRequest, w: World): boolean {
  if (m.term < s.term || !mayEncourage(s, w)) return false;
  // In a later term nobody has this node's vote yet.
  const votedFor = m.term > s.term ? null : s.votedFor;
  return s.rules.mayVote({ ...facts(s, from, m), votedFor });
}

function mayEncourage(s: RaftState, w: World): boolean {
  const ageUs = s.leader === null ? null : leaderAgeUs(s, w.nowUs);
  return s.rules.mayEncourage(ageUs, s.config.electionMinUs, s.role === 'leader');
}

function facts(s: RaftState, candidate: NodeId, m: VoteRequest): VoteFacts {
  return {
    votedFor: s.votedFor,
    candidate,
    lastTerm: s.log.lastTerm,
    lastIndex: s.log.lastIndex,
    candidateLastTerm: m.lastTerm,
    candidateLastIndex: m.lastIndex,
  };
}

function answer(to: NodeId, term: number, isPre: boolean, isGranted: boolean, fx: Effects): void {
  const vote: Vote = { kind: 'vote', term, isPre, isGranted };
  fx.send(to, vote);
}

export function vote(s: RaftState, slot: number, m: Vote, w: World, fx: Effects): void {
  const isPromise = m.isPre && m.isGranted;
  if (!isPromise && m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
    return;
  }
  const { isPre, term } = m;
  const isMine = s.rules.countsVote({ isPre, term, ownTerm: s.term, isAskingPre: s.isPre });
  if (!isMine || !m.isGranted || (!m.isPre && s.role !== 'candidate')) return;
  s.votes[slot] = 1;
  countVotes(s, w, fx);
}

/** The record `index` is on the disk: perhaps the candidate's vote for itself. */
export function ownVoteDurable(s: RaftState, index: number, w: World, fx: Effects): void {
  if (s.role !== 'candidate' || s.isPre || index < s.voteRecord) return;
  s.votes[s.slot] = 1;
  countVotes(s, w, fx);
}

function countVotes(s: RaftState, w: World, fx: Effects): void {
  if (!isAgreed(s.members.quorums, s.votes)) return;
  if (s.isPre) askForVotes(s, 'encouraged', w, fx);
  else startLeading(s, w, fx);
}
