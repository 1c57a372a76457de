/**
 * Raft (L1): election with pre-vote and check-quorum, replication, read index, snapshots, recovery,
 * change of membership, transfer of leadership.
 *
 * The driver of the node performs what a handler asks for, and lets nothing leave before all that was
 * persisted is durable. What is left to do here: a leader counts its own vote and its own entries
 * only at `durable`. Sections cited are those of the papers named in `rules.ts`.
 */
import type { Effects, NodeId, Rec, World } from '../../harness/core/host.ts';
import { applyTimer } from './apply.ts';
import { electionTimer, ownVoteDurable, timeoutNow, vote, voteRequest } from './election.ts';
import type { Command, RaftMessage, RaftRecord } from './messages.ts';
import { beginChange } from './change.ts';
import type { Begun } from './change.ts';
import { append } from './following.ts';
import { beginHandOver } from './hand-over.ts';
import { tellProgress, type Told } from './progress.ts';
import { hasLease } from './lease.ts';
import {
  appended,
  beginRound,
  goOn,
  heartbeatTimer,
  installed,
  ownEntriesDurable,
} from './replication.ts';
import { appendOwn, appendWaiting } from './groups.ts';
import { install, recover } from './restore.ts';
import { snapshotDurable } from './snapshots.ts';
import { armElection, drawTimeout, leaderAgeUs } from './role.ts';
import { hasCommittedInTerm, makeRaftState, timers } from './state.ts';
import type { RaftOptions, RaftState } from './state.ts';

export class Raft {
  private readonly s: RaftState;
  private readonly told: Told = { progress: null };

  constructor(options: RaftOptions) {
    this.s = makeRaftState(options);
  }

  get isLeader(): boolean {
    return this.s.role === 'leader';
  }

  get hasCommittedInTerm(): boolean {
    return hasCommittedInTerm(this.s);
  }

  /** Who leads, as far as this node knows. */
  get leader(): NodeId | null {
    return this.s.leader;
  }

  /** For people and tests: the state as it is. Nobody but this class's files may change it. */
  get view(): Readonly<RaftState> {
    return this.s;
  }

  leaderAgeUs(nowUs: number): number {
    return leaderAgeUs(this.s, nowUs);
  }

  /** First start and recovery alike: the log comes from the disk, what is committed from the leader. */
  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    const s = this.s;
    s.startedUs = w.nowUs;
    recover(s, [...(records as Iterable<RaftRecord>)], w, fx);
    drawTimeout(s, w);
    armElection(s, w, fx);
  }

  message(from: NodeId, m: RaftMessage, w: World, fx: Effects): void {
    const slot = this.s.servers.indexOf(from);
    if (slot < 0 || slot === this.s.slot) return;
    this.take(from, slot, m, w, fx);
    tellProgress(this.s, this.told, fx);
  }

  private take(from: NodeId, slot: number, m: RaftMessage, w: World, fx: Effects): void {
    const { s } = this;
    switch (m.kind) {
      case 'append':
        return append(s, from, m, w, fx);
      case 'appended':
        return appended(s, slot, m, w, fx);
      case 'vote-request':
        return voteRequest(s, from, m, w, fx);
      case 'vote':
        return vote(s, slot, m, w, fx);
      case 'install':
        return install(s, from, m, w, fx);
      case 'installed':
        return installed(s, slot, m, w, fx);
      case 'timeout-now':
        return timeoutNow(s, m, w, fx);
    }
  }

  timer(kind: number, arg: number, w: World, fx: Effects): void {
    if (kind === timers.election) electionTimer(this.s, w, fx);
    else if (kind === timers.heartbeat) heartbeatTimer(this.s, arg, w, fx);
    else if (kind === timers.apply) applyTimer(this.s, w, fx);
    tellProgress(this.s, this.told, fx);
  }

  durable(record: number, w: World, fx: Effects): void {
    ownVoteDurable(this.s, record, w, fx);
    ownEntriesDurable(this.s, record, w, fx);
    snapshotDurable(this.s, record, fx);
    tellProgress(this.s, this.told, fx);
  }

  /** What was proposed together becomes one group. */
  gathered(w: World, fx: Effects): void {
    if (this.s.role === 'leader') appendWaiting(this.s, w, fx);
  }

  /** Leader: is there room for one more entry? */
  get hasRoom(): boolean {
    const { log, commit, config, waiting, waitingBytes, handOver } = this.s;
    if (handOver !== null) return false;
    if (log.lastIndex + waiting.length - commit >= config.uncommittedMax) return false;
    return log.bytesAfter(commit) + waitingBytes < config.uncommittedBytesMax;
  }

  /** Leader: puts a command into the log. Its fate is told by `apply` of the index returned. */
  propose(command: Command, w: World, fx: Effects): number {
    return appendOwn(this.s, command, w, fx);
  }

  /**
   * Leader: makes the servers `add` voters and takes the servers `remove` out, all at once. Asked again
   * it goes on. Its end is told by `changed`.
   */
  change(
    add: readonly NodeId[],
    remove: readonly NodeId[],
    w: World,
    fx: Effects,
  ): Begun | { readonly problem: string } {
    const begun = beginChange(this.s, add, remove, w.nowUs);
    if (begun === 'begun') goOn(this.s, w, fx);
    return begun;
  }

  /** Leader: hands over to `to`, or (null) to whoever has most of the log. Asked again it goes on. */
  handOver(to: NodeId | null, w: World, fx: Effects): Begun | { readonly problem: string } {
    return beginHandOver(this.s, to, w, fx);
  }

  /** Leader: has it begun to hand over, and neither been replaced nor given up? */
  get isHandingOver(): boolean {
    return this.s.handOver !== null;
  }

  /** Leader: the round that must be confirmed before a read that arrives now is answered. */
  get nextRound(): number {
    return this.s.round + 1;
  }

  /**
   * Leader: somebody waits for the next round. It begins now unless one is on its way: then it begins
   * when that has ended (ask again) or with the next heartbeat, and all that wait share it.
   */
  askRound(w: World, fx: Effects): void {
    if (this.s.round === this.s.confirmedRound) beginRound(this.s, w, fx);
  }

  /** Position in the log of the last entry applied. */
  get applied(): number {
    return this.s.applied;
  }

  /** May a linearizable read that waited for `round` (0: for none) be answered? */
  mayServeRead(round: number, nowUs: number): boolean {
    const s = this.s;
    // What is committed may wait to be applied, after a restart: so does the read.
    if (s.applied < s.commit) return false;
    return s.rules.mayServeRead({
      isLeader: s.role === 'leader',
      hasLease: hasLease(s, nowUs),
      isConfirmed: round > 0 && round <= s.confirmedRound,
      hasCommittedInTerm: hasCommittedInTerm(s),
    });
  }
}
