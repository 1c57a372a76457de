/** What one server of consensus knows, and what it is built with. */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, Json, NodeId, World } from '../../harness/core/host.ts';
import type { Role } from '../../harness/core/observation.ts';
import type { ConsensusConfig } from './config.ts';
import { membersOf } from './configuration.ts';
import type { Change, Members, PlacedConfiguration } from './configuration.ts';
import { Log } from './log.ts';
import type { Append, Entry } from './messages.ts';
import type { ConsensusRules } from './rules.ts';
import type { Rows, Transfer } from './transfer.ts';

/** What consensus drives. Called from within a handler. */
interface Machine {
  /** Entry `index` is committed; each index once a boot, in order. */
  apply(index: number, entry: Entry, w: World, fx: Effects): void;
  /** This node began or ceased to lead. */
  leading(isLeader: boolean, w: World, fx: Effects): void;
  /** Leader: the change of servers that was asked for is done, or was given up. */
  changed(isDone: boolean, w: World, fx: Effects): void;
  /** Reads that waited for a round ≤ `round` may be answered from what is applied. */
  confirmed(round: number, w: World, fx: Effects): void;
  /** Everything that is applied, as rows; see `StoreState.rows`. One at a time. */
  rows(): Rows;
  /** A snapshot begins to come in: an empty state, beside the one that is in use. */
  beginRestore(): void;
  restore(row: Json): void;
  /** What was restored is the state from now on. */
  adopt(w: World, fx: Effects): void;
}

export interface RaftOptions {
  readonly self: NodeId;
  /** Voters in the first configuration, ascending. The same on each. */
  readonly voters: readonly NodeId[];
  /** Ids of all who may ever be servers, ascending, this one and the voters among them; the voters by default. */
  readonly servers?: readonly NodeId[];
  readonly config: ConsensusConfig;
  readonly rules: ConsensusRules;
  readonly machine: Machine;
}

/** A record under way to the disk, and the entry it holds. */
interface Pending {
  readonly record: number;
  readonly index: number;
}

/** Mutable; arrays with one place a server are indexed by its slot in `servers`. */
export interface RaftState extends Omit<RaftOptions, 'voters' | 'servers'> {
  readonly servers: readonly NodeId[];
  /** This node's slot. */
  readonly slot: number;
  readonly log: Log;
  /** The configuration with which the cluster began. */
  readonly first: PlacedConfiguration;
  /** The configurations in the log, oldest first, from the last that is committed on; see `members.ts`. */
  configurations: PlacedConfiguration[];
  /** The last of them, which is in force. */
  members: Members;
  /** Leader: the change of servers under way; see `change.ts`. */
  change: Change | null;
  /** Leader: whom it hands over to, and until when it tries; see `hand-over.ts`. */
  handOver: { readonly slot: number; readonly untilUs: number } | null;
  term: number;
  votedFor: NodeId | null;
  role: Role;
  leader: NodeId | null;
  commit: number;
  applied: number;
  /** Over all entries applied; equal on all servers at equal index. */
  hash: number;

  /** Leader: own entries on their way to the disk, oldest first. */
  readonly pending: Pending[];
  /** Leader: entries that wait for the group before them, and their length as JSON. */
  waiting: Entry[];
  waitingBytes: number;
  /** Leader: what was sent last. */
  lastSent: Append | null;

  /** An election is due at `sinceUs + timeoutUs`. */
  sinceUs: number;
  timeoutUs: number;
  isElectionTimerSet: boolean;
  /** When a leader was last heard; -1: never in this boot. */
  leaderHeardUs: number;
  startedUs: number;

  /** Candidate: who granted; `isPre` while it only asks whether it should stand. */
  readonly votes: Uint8Array;
  isPre: boolean;
  /** The record that holds the candidate's vote for itself. */
  voteRecord: number;

  /** Leader: replication of each follower; see `replication.ts`. */
  readonly next: Float64Array;
  readonly match: Float64Array;
  readonly isProbing: Uint8Array;
  readonly heardUs: Float64Array;
  readonly ackedRound: Float64Array;
  round: number;
  confirmedRound: number;
  /** Leader with a lease: when the rounds began that are not confirmed, oldest first; see `lease.ts`. */
  roundsUs: { readonly round: number; readonly beganUs: number }[];
  leaseUntilUs: number;
  /** Leader: another server was told to stand in its place, and may do so at any time in this term. */
  hasToldToStand: boolean;

  /** The snapshot that this log rests on; index 0: none. `bytes`: its length as JSON. */
  snapshot: { readonly index: number; readonly bytes: number };
  /** The snapshot that is being written, sent or received; see `snapshots.ts`. One at a time. */
  transfer: Transfer | null;
  /** A handler has to go on with what is committed and not applied. */
  isApplyTimerSet: boolean;
}

/** Kind 3 is the store's. */
export const timers = { election: 1, heartbeat: 2, apply: 4 } as const;

export function makeRaftState(options: RaftOptions): RaftState {
  const { self, voters, servers = voters, config, rules, machine } = options;
  const n = servers.length;
  const slot = servers.indexOf(self);
  assert(slot >= 0, 'a server is one of the servers', { self, servers });
  const first: PlacedConfiguration = { index: 0, configuration: { voters, learners: [] } };
  return {
    // One by one: V8 takes 80 µs for so long an object that begins with a spread, and 0.4 for this.
    self,
    config,
    rules,
    machine,
    servers,
    slot,
    log: new Log(),
    first,
    configurations: [first],
    members: membersOf(servers, self, first, rules.quorums(first.configuration)),
    change: null,
    handOver: null,
    term: 0,
    votedFor: null,
    role: 'follower',
    leader: null,
    commit: 0,
    applied: 0,
    hash: 0,
    pending: [],
    waiting: [],
    waitingBytes: 0,
    lastSent: null,
    sinceUs: 0,
    timeoutUs: 0,
    isElectionTimerSet: false,
    leaderHeardUs: -1,
    startedUs: 0,
    votes: new Uint8Array(n),
    isPre: false,
    voteRecord: -1,
    next: new Float64Array(n),
    match: new Float64Array(n),
    isProbing: new Uint8Array(n),
    heardUs: new Float64Array(n),
    ackedRound: new Float64Array(n),
    round: 0,
    confirmedRound: 0,
    roundsUs: [],
    leaseUntilUs: 0,
    hasToldToStand: false,
    snapshot: { index: 0, bytes: 0 },
    transfer: null,
    isApplyTimerSet: false,
  };
}

/** Has the leader committed an entry of its own term? */
export function hasCommittedInTerm(s: RaftState): boolean {
  return s.log.termAt(s.commit) === s.term;
}
