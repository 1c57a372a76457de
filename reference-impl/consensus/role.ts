/** Terms and roles: who may change them, and what is written and observed when they do. */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { Role, RoleObservation } from '../../harness/core/observation.ts';
import type { TermRecord } from './messages.ts';
import { endLease } from './lease.ts';
import { timers, type RaftState } from './state.ts';
import { giveUp } from './transfer.ts';

/** Persist before sending: a term or vote that is forgotten can be used twice. */
export function persistTerm(s: RaftState, fx: Effects): number {
  const record: TermRecord = { kind: 'term', term: s.term, votedFor: s.votedFor };
  return fx.persist(record);
}

export function setRole(s: RaftState, role: Role, w: World, fx: Effects): void {
  const was = s.role;
  s.role = role;
  const { term, log } = s;
  const seen: RoleObservation = {
    kind: 'role',
    role,
    term,
    ...(role === 'leader' && { lastIndex: log.lastIndex, votes: votesFor(s) }),
  };
  fx.observe(seen);
  if (was === 'leader') {
    s.change = null;
    endLease(s);
    s.handOver = null;
  }
  if (was === 'leader' && s.transfer?.kind === 'sending') giveUp(s);
  if (role !== 'leader') dropWaiting(s);
  if ((was === 'leader') !== (role === 'leader')) s.machine.leading(role === 'leader', w, fx);
}

function votesFor(s: RaftState): NodeId[] {
  return s.servers.filter((_, slot) => s.votes[slot] === 1);
}

/** Nobody else has seen what waits, and it is on no disk: it never happens. */
export function dropWaiting(s: RaftState): void {
  if (s.waiting.length > 0) s.waiting = [];
  s.waitingBytes = 0;
}

/** Moves to a later term as its follower. The caller persists, perhaps together with a vote. */
export function adoptTerm(s: RaftState, term: number, w: World, fx: Effects): void {
  assert(term > s.term, 'terms only grow', { term, was: s.term });
  s.term = term;
  s.votedFor = null;
  s.leader = null;
  s.isPre = false;
  stepDown(s, w, fx);
}

/** Becomes a follower of the current term; from now on it waits for a leader again. */
export function stepDown(s: RaftState, w: World, fx: Effects): void {
  if (s.role === 'leader') {
    s.leader = null;
    s.sinceUs = w.nowUs;
  }
  s.isPre = false;
  setRole(s, 'follower', w, fx);
  armElection(s, w, fx);
}

/** The sender leads the current term. */
export function followLeader(s: RaftState, leader: NodeId, w: World, fx: Effects): void {
  s.leader = leader;
  s.leaderHeardUs = w.nowUs;
  s.sinceUs = w.nowUs;
  s.isPre = false;
  if (s.role !== 'follower') setRole(s, 'follower', w, fx);
}

/** Draws a new time until the next election, from now. */
export function drawTimeout(s: RaftState, w: World): void {
  const { electionMinUs, electionMaxUs } = s.config;
  s.sinceUs = w.nowUs;
  s.timeoutUs = s.rules.electionTimeoutUs(electionMinUs, electionMaxUs, (n) => w.random(n));
}

/**
 * Sees to it that the timer is set. A heartbeat only moves `sinceUs`: the timer looks when it fires
 * whether it is due, and waits for the rest if not. So a heartbeat costs no timer.
 */
export function armElection(s: RaftState, w: World, fx: Effects): void {
  if (s.isElectionTimerSet) return;
  s.isElectionTimerSet = true;
  fx.setTimer(timers.election, Math.max(0, s.sinceUs + s.timeoutUs - w.nowUs));
}

/** How long ago this node heard from a leader: 0 on the leader, the age of the run when never. */
export function leaderAgeUs(s: RaftState, nowUs: number): number {
  if (s.role === 'leader') return 0;
  return s.leaderHeardUs < 0 ? nowUs : nowUs - s.leaderHeardUs;
}
