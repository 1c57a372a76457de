/**
 * Replication: the leader's side (§5.3, §5.4) and the follower's.
 *
 * A follower is *replicating* (entries are sent as they come, `next` runs ahead of the answers) or
 * being *probed* (one request at a time, until it says where its log agrees). Heartbeats carry no
 * entries but the place before `next`: a lost message shows as a refused heartbeat.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import { commitTo } from './apply.ts';
import type { Append, AppendRecord, Appended, Command, Entry, Installed } from './messages.ts';
import { reachedByMajority } from './quorum.ts';
import { adoptTerm, followLeader, persistTerm, setRole, stepDown } from './role.ts';
import {
  bareHeartbeat,
  endSendingTo,
  needsSnapshot,
  pieceInstalled,
  sendAgain,
  startSending,
} from './snapshots.ts';
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
  s.leader = s.self;
  // What its predecessor sent will not be finished. (One that it writes goes on.)
  if (s.transfer?.kind === 'receiving' && !s.transfer.isEnded) giveUp(s);
  setRole(s, 'leader', w, fx);
  fx.setTimer(timers.heartbeat, s.config.heartbeatUs, s.term);
  appendOwn(s, { f: 'noop' }, w, fx);
}

/** The leader's own entry: into its log, onto its disk, to all that follow. Returns its index. */
export function appendOwn(s: RaftState, command: Command, w: World, fx: Effects): number {
  assert(s.role === 'leader', 'only a leader appends', { role: s.role });
  const entries: readonly Entry[] = [{ term: s.term, command }];
  const after = s.log.lastIndex;
  s.log.append(after, entries);
  const record: AppendRecord = { kind: 'append', after, entries };
  s.pending.push({ record: fx.persist(record), index: after + 1 });
  for (let slot = 0; slot < s.voters.length; slot++) {
    if (slot !== s.slot && s.isProbing[slot] === 0) sendEntries(s, slot, w, fx);
  }
  return after + 1;
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
}

/** Says that it still leads, and asks who agrees. `term`: of the reign that set the timer. */
export function heartbeatTimer(s: RaftState, term: number, w: World, fx: Effects): void {
  if (s.role !== 'leader' || s.term !== term) return;
  if (!maySpeakForMajority(s, w.nowUs)) {
    stepDown(s, w, fx);
    return;
  }
  for (let slot = 0; slot < s.voters.length; slot++) {
    if (slot === s.slot || w.nowUs - at(s.heardUs, slot) < s.config.electionMinUs) continue;
    s.isProbing[slot] = 1;
  }
  beginRound(s, w, fx);
  sendAgain(s, w, fx);
  fx.setTimer(timers.heartbeat, s.config.heartbeatUs, term);
}

function maySpeakForMajority(s: RaftState, nowUs: number): boolean {
  let heard = 1;
  for (let slot = 0; slot < s.voters.length; slot++) {
    if (slot !== s.slot && nowUs - at(s.heardUs, slot) < s.config.quorumLostUs) heard += 1;
  }
  return s.rules.mayStayLeader(heard, s.voters.length);
}

/** A round of heartbeats. Whoever repeats its number acknowledged this leader after it began. */
export function beginRound(s: RaftState, w: World, fx: Effects): void {
  s.round += 1;
  s.ackedRound[s.slot] = s.round;
  for (let slot = 0; slot < s.voters.length; slot++) {
    if (slot !== s.slot) sendAppend(s, slot, nothing, fx);
  }
  confirmRound(s, w, fx);
}

function confirmRound(s: RaftState, w: World, fx: Effects): void {
  const round = reachedByMajority(s.ackedRound);
  if (round <= s.confirmedRound) return;
  s.confirmedRound = round;
  s.machine.confirmed(round, w, fx);
}

function sendAppend(s: RaftState, slot: number, entries: readonly Entry[], fx: Effects): void {
  if (needsSnapshot(s, slot)) {
    fx.send(s.voters[slot] as NodeId, bareHeartbeat(s));
    return;
  }
  const prevIndex = at(s.next, slot) - 1;
  const m: Append = {
    kind: 'append',
    term: s.term,
    prevIndex,
    prevTerm: s.log.termAt(prevIndex),
    commit: s.commit,
    round: s.round,
    entries,
  };
  fx.send(s.voters[slot] as NodeId, m);
}

/** The next batch. While probing, `next` waits for the answer. */
function sendEntries(s: RaftState, slot: number, w: World, fx: Effects): void {
  if (needsSnapshot(s, slot)) {
    startSending(s, slot, w, fx);
    return;
  }
  const entries = s.log.slice(at(s.next, slot), s.config.batchMax, s.config.batchBytesMax);
  sendAppend(s, slot, entries, fx);
  if (s.isProbing[slot] === 0) s.next[slot] = at(s.next, slot) + entries.length;
}

/** Follower: takes what the leader of this term says, and answers how far the logs agree. */
export function append(s: RaftState, from: NodeId, m: Append, w: World, fx: Effects): void {
  if (m.term < s.term) {
    answer(s, from, m, false, m.prevIndex, fx);
    return;
  }
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
  }
  // A second leader of one term cannot be. If it is, the judges are to see it, not a crash here.
  if (s.role === 'leader') return;
  followLeader(s, from, w, fx);
  if (!s.log.matches(m.prevIndex, m.prevTerm)) {
    answer(s, from, m, false, m.prevIndex, fx);
    return;
  }
  takeEntries(s, m, fx);
  const agreed = m.prevIndex + m.entries.length;
  commitTo(s, Math.min(m.commit, agreed), w, fx);
  answer(s, from, m, true, agreed, fx);
}

/** Drops what conflicts, appends what is new. An old message that was late must drop nothing. */
function takeEntries(s: RaftState, m: Append, fx: Effects): void {
  let known = 0;
  while (known < m.entries.length) {
    const e = m.entries[known] as Entry;
    if (!s.log.matches(m.prevIndex + known + 1, e.term)) break;
    known += 1;
  }
  if (known === m.entries.length) return;
  const after = m.prevIndex + known;
  assert(after >= s.log.first - 1, 'a snapshot is not undone', { after });
  // What is committed is never dropped. If it is, the judges are to see it (the hash of what is
  // applied differs from now on), not a crash here.
  s.commit = Math.min(s.commit, after);
  const entries = known === 0 ? m.entries : m.entries.slice(known);
  s.log.append(after, entries);
  const record: AppendRecord = { kind: 'append', after, entries };
  fx.persist(record);
}

/** The driver holds the answer until all that was persisted before it is on the disk. */
function answer(
  s: RaftState,
  to: NodeId,
  m: Append,
  isMatch: boolean,
  index: number,
  fx: Effects,
): void {
  const hintIndex = isMatch ? 0 : s.log.lastWithTermAtMost(m.prevIndex, m.prevTerm);
  const a: Appended = {
    kind: 'appended',
    term: s.term,
    round: m.round,
    isMatch,
    index,
    hintIndex,
    hintTerm: isMatch ? 0 : s.log.termAt(hintIndex),
  };
  fx.send(to, a);
}

/** Leader: a follower answered. */
export function appended(s: RaftState, slot: number, m: Appended, w: World, fx: Effects): void {
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
    return;
  }
  if (s.role !== 'leader' || m.term < s.term) return;
  s.heardUs[slot] = w.nowUs;
  if (m.round > at(s.ackedRound, slot)) {
    s.ackedRound[slot] = m.round;
    confirmRound(s, w, fx);
  }
  if (m.isMatch) matched(s, slot, m.index, w, fx);
  else refused(s, slot, m, w, fx);
}

function matched(s: RaftState, slot: number, index: number, w: World, fx: Effects): void {
  if (s.isProbing[slot] === 1) {
    s.isProbing[slot] = 0;
    s.next[slot] = Math.max(index, at(s.match, slot)) + 1;
  }
  if (index > at(s.match, slot)) {
    s.match[slot] = index;
    if (at(s.next, slot) <= index) s.next[slot] = index + 1;
    endSendingTo(s, slot);
    advanceCommit(s, w, fx);
  }
  if (at(s.next, slot) <= s.log.lastIndex) sendEntries(s, slot, w, fx);
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
  const isStale =
    m.index <= at(s.match, slot) || (s.isProbing[slot] === 1 && m.index !== at(s.next, slot) - 1);
  if (isStale) return;
  const shared = s.log.lastWithTermAtMost(m.hintIndex, m.hintTerm);
  s.isProbing[slot] = 1;
  s.next[slot] = Math.max(at(s.match, slot), Math.min(shared, m.index - 1)) + 1;
  sendEntries(s, slot, w, fx);
}

/** Commit rule: a majority holds it, and it is of this term (§5.4.2). */
function advanceCommit(s: RaftState, w: World, fx: Effects): void {
  const index = s.rules.copiedTo(s.match);
  if (index <= s.commit || !s.rules.mayCommit(s.log.termAt(index), s.term)) return;
  const isFirst = !hasCommittedInTerm(s);
  commitTo(s, index, w, fx);
  if (isFirst && s.role === 'leader') s.machine.confirmed(s.confirmedRound, w, fx);
}

function at(values: Float64Array, slot: number): number {
  return values[slot] as number;
}

const nothing: readonly Entry[] = [];
