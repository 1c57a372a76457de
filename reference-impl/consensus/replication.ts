/**
 * The leader's side of replication (§5.3, §5.4); the follower's is in `following.ts`.
 *
 * A follower is *replicating* (entries are sent as they come, `next` runs ahead of the answers) or
 * being *probed* (one request at a time, until it says where its log agrees). Heartbeats carry no
 * entries but the place before `next`: a lost message shows as a refused heartbeat.
 */
import type { Effects, World } from '../../harness/core/host.ts';
import { commitTo } from './apply.ts';
import type { Appended, ConfigurationCommand, Installed } from './messages.ts';
import { nextStep } from './change.ts';
import { reachedInAll } from './configuration.ts';
import { appendOwn, appendWaiting } from './groups.ts';
import { endHandOver, goOnHandingOver, handOverAtOnce } from './hand-over.ts';
import { extendLease, noteRound } from './lease.ts';
import { reachedByMajority } from './quorum.ts';
import { adoptTerm, persistTerm, setRole, stepDown } from './role.ts';
import { sendAppend, sendEntries, sendWithout } from './sending.ts';
import { endSendingTo, pieceInstalled, sendAgain } from './snapshots.ts';
import { hasCommittedInTerm, timers, type RaftState } from './state.ts';
import { giveUp } from './transfer.ts';

/** Won: assumes that all logs are like its own, and says so with an entry of the new term. */
export function startLeading(s: RaftState, w: World, fx: Effects): void {
  // All its records are on the disk: they were written before its vote for itself, which was.
  s.pending.length = 0;
  s.match.fill(0);
  s.match[s.slot] = s.log.lastIndex;
  s.next.fill(s.log.lastIndex + 1);
  s.isProbing.fill(0);
  s.heardUs.fill(w.nowUs);
  s.ackedRound.fill(0);
  s.round = 0;
  s.confirmedRound = 0;
  s.hasToldToStand = false;
  s.leader = s.self;
  // What its predecessor sent will not be finished. (One that it writes goes on.)
  if (s.transfer?.kind === 'receiving' && !s.transfer.isEnded) giveUp(s);
  setRole(s, 'leader', w, fx);
  fx.setTimer(timers.heartbeat, s.config.heartbeatUs, s.term);
  appendOwn(s, { f: 'noop' }, w, fx);
}

/** Its own copy counts only once it is on the disk. */
export function ownEntriesDurable(s: RaftState, record: number, w: World, fx: Effects): void {
  if (s.role !== 'leader') return;
  let n = 0;
  for (; n < s.pending.length; n++) {
    const p = s.pending[n];
    if (p === undefined || p.record > record) break;
    s.match[s.slot] = p.index;
  }
  if (n === 0) return;
  s.pending.splice(0, n);
  advanceCommit(s, w, fx);
  appendWaiting(s, w, fx);
}

/** Says that it still leads, and asks who agrees. `term`: of the reign that set the timer. */
export function heartbeatTimer(s: RaftState, term: number, w: World, fx: Effects): void {
  if (s.role !== 'leader' || s.term !== term) return;
  if (!maySpeakForMajority(s, w.nowUs)) {
    stepDown(s, w, fx);
    return;
  }
  for (const slot of s.members.others) {
    if (w.nowUs - at(s.heardUs, slot) >= s.config.electionMinUs) s.isProbing[slot] = 1;
  }
  beginRound(s, w, fx);
  sendAgain(s, w, fx);
  endHandOver(s, w);
  goOn(s, w, fx);
  fx.setTimer(timers.heartbeat, s.config.heartbeatUs, term);
}

function maySpeakForMajority(s: RaftState, nowUs: number): boolean {
  return s.members.quorums.every(({ slots }) => {
    let heard = 0;
    for (const slot of slots) {
      if (slot === s.slot || nowUs - at(s.heardUs, slot) < s.config.quorumLostUs) heard += 1;
    }
    return s.rules.mayStayLeader(heard, slots.length);
  });
}

/** A round of heartbeats. Whoever repeats its number acknowledged this leader after it began. */
export function beginRound(s: RaftState, w: World, fx: Effects): void {
  s.round += 1;
  noteRound(s, w.nowUs);
  s.ackedRound[s.slot] = s.round;
  for (const slot of s.members.others) sendAppend(s, slot, [], fx);
  confirmRound(s, w, fx);
}

function confirmRound(s: RaftState, w: World, fx: Effects): void {
  const round = reachedInAll(s.members.quorums, s.ackedRound, reachedByMajority);
  if (round <= s.confirmedRound) return;
  s.confirmedRound = round;
  extendLease(s, round, w.nowUs);
  s.machine.confirmed(round, w, fx);
}

/** Leader: a follower answered. */
export function appended(s: RaftState, slot: number, m: Appended, w: World, fx: Effects): void {
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
    return;
  }
  if (s.role !== 'leader' || !s.rules.countsAnswer(m.term, s.term)) return;
  s.heardUs[slot] = w.nowUs;
  if (m.round > at(s.ackedRound, slot)) {
    s.ackedRound[slot] = m.round;
    if (m.round > s.confirmedRound) confirmRound(s, w, fx);
  }
  if (m.isMatch) matched(s, slot, m.index, w, fx);
  else refused(s, slot, m, w, fx);
}

function matched(s: RaftState, slot: number, index: number, w: World, fx: Effects): void {
  if (s.isProbing[slot] === 1) {
    s.isProbing[slot] = 0;
    const agreed = Math.max(index, at(s.match, slot));
    s.next[slot] = s.rules.nextOf(Math.min(at(s.next, slot), agreed + 1), agreed);
  }
  const match = s.rules.matchOf(at(s.match, slot), index);
  if (match !== at(s.match, slot)) {
    s.match[slot] = match;
    s.next[slot] = s.rules.nextOf(at(s.next, slot), match);
    endSendingTo(s, slot);
    goOnHandingOver(s, slot, fx);
    advanceCommit(s, w, fx);
    appendWaiting(s, w, fx);
  }
  if (at(s.next, slot) <= s.log.lastIndex) sendEntries(s, slot, w, fx);
  if (s.change !== null) goOn(s, w, fx);
}

/** Leader: a follower took a piece of a snapshot. After the last it goes on with entries. */
export function installed(s: RaftState, slot: number, m: Installed, w: World, fx: Effects): void {
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
    return;
  }
  if (s.role !== 'leader' || m.term < s.term) return;
  s.heardUs[slot] = w.nowUs;
  const head = pieceInstalled(s, slot, m, w, fx);
  if (head === null) return;
  s.isProbing[slot] = 0;
  s.next[slot] = head.index + 1;
  matched(s, slot, head.index, w, fx);
}

/** Goes back over the conflict in one step a term, not an entry (end of §5.3). */
function refused(s: RaftState, slot: number, m: Appended, w: World, fx: Effects): void {
  const shared = s.log.lastWithTermAtMost(m.hintIndex, m.hintTerm);
  const facts = { match: at(s.match, slot), refused: m.index, shared };
  const isOfOther = s.isProbing[slot] === 1 && m.index !== at(s.next, slot) - 1;
  if (isOfOther || s.rules.isStaleRefusal(facts)) return;
  s.isProbing[slot] = 1;
  s.next[slot] = s.rules.nextAfterRefusal(facts);
  if (s.rules.retryCarries()) sendEntries(s, slot, w, fx);
  else sendWithout(s, slot, fx);
}

/** Commit rule: a majority holds it, and it is of this term (§5.4.2). */
function advanceCommit(s: RaftState, w: World, fx: Effects): void {
  const index = reachedInAll(s.members.quorums, s.match, (match) => s.rules.copiedTo(match));
  if (index <= s.commit) return;
  const nextTerm = s.log.termAt(s.commit + 1);
  if (!s.rules.mayCommit(s.log.termAt(index), s.term, nextTerm)) return;
  const isFirst = !hasCommittedInTerm(s);
  commitTo(s, index, w, fx);
  if (isFirst && s.role === 'leader') s.machine.confirmed(s.confirmedRound, w, fx);
  goOn(s, w, fx);
}

/** Leader: performs the steps of a change of servers that are due. */
export function goOn(s: RaftState, w: World, fx: Effects): void {
  for (let step = nextStep(s, w.nowUs); step !== null; step = nextStep(s, w.nowUs)) {
    if (step.kind === 'append') {
      const { configuration } = step;
      const command: ConfigurationCommand = { f: 'configuration', configuration };
      appendOwn(s, command, w, fx);
    } else if (step.kind === 'leave') {
      handOverAtOnce(s, w, fx);
      stepDown(s, w, fx);
    } else {
      s.change = null;
      s.machine.changed(s.rules.isToldDone(step.kind === 'done'), w, fx);
    }
  }
}

function at(values: Float64Array, slot: number): number {
  return values[slot] as number;
}
