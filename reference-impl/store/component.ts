/**
 * The store as a component of a server: consensus, the replicated state, and who waits for what.
 *
 * A change is proposed, and answered when it was applied while this node still led; if it ceased to
 * lead before, nobody knows the fate of the change and nothing is answered. Followers forward nothing.
 */
import type {
  Call,
  Component,
  Description,
  Effects,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Entry, RaftMessage } from '../consensus/messages.ts';
import { Raft } from '../consensus/raft.ts';
import { textOf } from '../consensus/texts.ts';
import type { Change } from './tables/table.ts';
import type { ChangeCommand, StoreCommand } from './command.ts';
import type { StoreConfig } from './config.ts';
import { Lifetimes, sweepTimer } from './lifetimes.ts';
import type { StateObservation } from './observations.ts';
import { observeConfig, observeOrder } from './observe.ts';
import { configPrefix } from './protocol.ts';
import type { StoreAnswer, StoreError } from './answered.ts';
import type { ChangeOp, Consistency, QueryOp, ServersOp } from './asked.ts';
import type { StoreRequest, StoreResponse, ToStore } from './protocol.ts';
import { answerCall, answerRead } from './queries.ts';
import { Reads } from './reads.ts';
import { ServerChanges } from './server-changes.ts';
import type { StoreRules } from './rules.ts';
import { StoreState } from './state.ts';
import { problemWithRequest } from './validate.ts';
import { pushTimer, Watchers } from './watchers.ts';

export interface StoreOptions {
  readonly self: NodeId;
  /** Voters at the beginning, and all who may ever be servers (the voters by default): as `RaftOptions`. */
  readonly voters: readonly NodeId[];
  readonly servers?: readonly NodeId[];
  readonly config: StoreConfig;
  readonly rules: StoreRules;
}

/** The store of one server. Calls (`status`, `read-stale`, `list`, `lookup`) see its local state. */
export function makeStore(options: StoreOptions): Component {
  return new Store(options);
}

class Store implements Component {
  private readonly config: StoreConfig;
  private readonly rules: StoreRules;
  private readonly raft: Raft;
  private state: StoreState;
  /** The state of a snapshot that is coming in. */
  private restoring: StoreState | null = null;
  private readonly lifetimes: Lifetimes;
  private readonly watchers: Watchers;
  private readonly reads = new Reads();
  private readonly changes = new ServerChanges();
  /** Who asked for the entry at an index of the log. Only while this node leads. */
  private readonly proposed = new Map<number, { client: NodeId; m: StoreRequest }>();
  constructor({ config, rules, ...ids }: StoreOptions) {
    this.config = config;
    this.rules = rules;
    this.state = new StoreState(config, rules);
    this.lifetimes = new Lifetimes(config, rules);
    this.watchers = new Watchers(this.state, config, rules);
    this.raft = new Raft({
      ...ids,
      config: config.consensus,
      rules,
      machine: {
        apply: (index, entry, w, fx) => this.apply(index, entry, w, fx),
        leading: (isLeader, w, fx) => this.leading(isLeader, w, fx),
        confirmed: (round, w, fx) => this.confirmed(round, w, fx),
        changed: (isDone, _w, fx) => this.serversChanged(isDone, fx),
        rows: () => this.state.rows((table) => rules.isInSnapshot(table)),
        beginRestore: () => void (this.restoring = new StoreState(config, rules)),
        restore: (row) => this.restoring?.restore(row),
        adopt: (_w, fx) => this.adopt(fx),
      },
    });
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    this.raft.start(records, w, fx);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const asked = m as ToStore | RaftMessage;
    switch (asked.kind) {
      case 'request':
        this.request(from, asked, w, fx);
        break;
      case 'watch':
        this.watchers.watch(from, asked, this.raft.leaderAgeUs(w.nowUs), w, fx);
        break;
      case 'unwatch':
        this.watchers.unwatch(from, asked);
        break;
      case 'append':
      case 'appended':
      case 'vote-request':
      case 'vote':
      case 'install':
      case 'installed':
      case 'timeout-now':
        this.raft.message(from, asked, w, fx);
    }
    this.tellWatchers(w, fx);
  }

  timer(kind: number, arg: number, w: World, fx: Effects): void {
    if (kind === sweepTimer) this.lifetimes.sweep(arg, this.raft, this.state, w, fx);
    else if (kind === pushTimer) this.watchers.woke();
    else this.raft.timer(kind, arg, w, fx);
    this.tellWatchers(w, fx);
  }

  durable(index: number, w: World, fx: Effects): void {
    this.raft.durable(index, w, fx);
    this.tellWatchers(w, fx);
  }

  text(value: Msg | Rec): string | null {
    return textOf(value);
  }

  unfinished(): Readonly<Record<string, number>> {
    return { request: this.reads.size + this.proposed.size };
  }

  gathered(w: World, fx: Effects): void {
    this.raft.gathered(w, fx);
    this.tellWatchers(w, fx);
  }

  call(c: Call, w: World, fx: Effects): void {
    fx.reply(c.id, answerCall(this.state, this.raft, c, w.nowUs));
  }

  describe(): Description {
    const { role, term, votedFor, leader, log, commit, applied, members } = this.raft.view;
    const { voters, learners } = members.configuration;
    return {
      role,
      term,
      'voted for': votedFor === null ? [] : [votedFor],
      leader: leader === null ? [] : [leader],
      'log end': log.lastIndex,
      commit,
      applied,
      revision: this.state.revision,
      voters,
      ...(learners.length > 0 && { learners }),
    };
  }

  /** A leader hands over before it goes, so that nobody has to wait for an election time. */
  stop(w: World, fx: Effects): void {
    if (this.raft.isLeader) this.raft.handOver(null, w, fx);
  }

  hasStopped(): boolean {
    return !this.raft.isHandingOver;
  }

  private tellWatchers(w: World, fx: Effects): void {
    this.watchers.flush(this.raft.leaderAgeUs(w.nowUs), w, fx);
  }

  private request(client: NodeId, m: StoreRequest, w: World, fx: Effects): void {
    const problem = problemWithRequest(m);
    if (problem !== null) {
      this.refuse(client, m, { code: 'bad-request', reason: problem }, fx);
      return;
    }
    switch (m.op.f) {
      case 'write':
      case 'cas':
      case 'delete':
      case 'write-all':
      case 'delete-prefix':
      case 'grant':
      case 'revoke':
      case 'compact':
      case 'txn':
      case 'register':
      case 'deregister':
      case 'acquire':
      case 'release':
      case 'write-fenced':
      case 'enter-barrier':
      case 'leave-barrier':
        this.changeRequest(client, m, m.op, w, fx);
        break;
      case 'change-servers':
      case 'hand-over':
        this.serversRequest(client, m, m.op, w, fx);
        break;
      case 'read-stale':
        if (this.rules.mayServeStale({ revision: this.state.revision, seen: m.op.seen })) {
          this.answerQuery(client, m, m.op, w, fx);
        } else this.refuse(client, m, { code: 'behind', revision: this.state.revision }, fx);
        break;
      case 'lookup':
      case 'list':
        if (this.isLocal(m.op.consistency)) this.answerQuery(client, m, m.op, w, fx);
        else this.confirmedRequest(client, m, w, fx);
        break;
      case 'changes':
        if (this.isLocal('default')) this.answerQuery(client, m, m.op, w, fx);
        else this.confirmedRequest(client, m, w, fx);
        break;
      case 'read':
      case 'read-at':
      case 'holder':
      case 'renew':
        this.confirmedRequest(client, m, w, fx);
    }
  }

  /** A leader whose own entry is committed has all that was committed before: good for `default`. */
  private isLocal(consistency: Consistency): boolean {
    if (consistency === 'default') return this.raft.isLeader && this.raft.hasCommittedInTerm;
    return consistency === 'stale';
  }

  private changeRequest(
    client: NodeId,
    m: StoreRequest,
    op: ChangeOp,
    w: World,
    fx: Effects,
  ): void {
    if (!this.raft.isLeader) {
      this.notLeader(client, m, fx);
      return;
    }
    const { session, id, oldest, base } = m;
    const known = this.state.sessions.find({ client, session, id, oldest, base });
    if (known === 'forgotten') return;
    if (known === 'lost') {
      this.refuse(client, m, { code: 'session-lost' }, fx);
      return;
    }
    if (known !== 'new' && this.rules.isDoneOnce('arrival')) {
      this.respond(client, m, this.rules.answerAgain('arrival', known), fx);
      return;
    }
    if (!this.raft.hasRoom) {
      this.refuse(client, m, { code: 'busy' }, fx);
      return;
    }
    const command: ChangeCommand = { f: 'change', client, session, id, oldest, base, op };
    if (this.config.tellsOrders) observeOrder(op, fx);
    this.proposed.set(this.raft.propose(command, w, fx), { client, m });
  }

  private serversRequest(
    client: NodeId,
    m: StoreRequest,
    op: ServersOp,
    w: World,
    fx: Effects,
  ): void {
    if (!this.raft.isLeader) {
      this.notLeader(client, m, fx);
      return;
    }
    const now = this.changes.ask(this.raft, { client, m }, op, w, fx);
    if (now === 'done') this.respond(client, m, this.done(), fx);
    else if (now !== null) this.refuse(client, m, now, fx);
  }

  private serversChanged(isDone: boolean, fx: Effects): void {
    for (const { client, m } of this.changes.take()) {
      if (isDone) this.respond(client, m, this.done(), fx);
      else this.refuse(client, m, { code: 'not-caught-up' }, fx);
    }
  }

  /** Not a change of the tables: the revision is that of another one. */
  private done(): StoreAnswer {
    return { type: 'done', revision: this.state.revision, isChanged: false };
  }

  /** Waits until leadership is confirmed, unless the rules say that it need not. */
  private confirmedRequest(client: NodeId, m: StoreRequest, w: World, fx: Effects): void {
    if (this.raft.mayServeRead(0, w.nowUs)) {
      this.answerQuery(client, m, m.op as QueryOp, w, fx);
      return;
    }
    if (!this.raft.isLeader) {
      this.notLeader(client, m, fx);
      return;
    }
    if (this.reads.size >= this.config.readsMax) {
      this.refuse(client, m, { code: 'busy' }, fx);
      return;
    }
    this.reads.add({ round: this.raft.nextRound, client, m });
    this.raft.askRound(w, fx);
  }

  /** A majority acknowledged this leader: answers from the applied state, which is never behind. */
  private confirmed(round: number, w: World, fx: Effects): void {
    if (!this.raft.mayServeRead(round, w.nowUs)) return;
    for (const { client, m } of this.rules.answered(this.reads.take(round))) {
      this.answerQuery(client, m, m.op as QueryOp, w, fx);
    }
    if (this.reads.size > 0) this.raft.askRound(w, fx);
  }

  private answerQuery(client: NodeId, m: StoreRequest, op: QueryOp, w: World, fx: Effects): void {
    this.respond(client, m, this.queried(op, w, fx), fx);
  }

  private queried(op: QueryOp, w: World, fx: Effects): StoreAnswer {
    if (op.f === 'renew') return this.lifetimes.renew(op.lease, this.state, w, fx);
    const ageUs = this.raft.leaderAgeUs(w.nowUs);
    return op.f === 'changes'
      ? this.watchers.changes(op, ageUs)
      : answerRead(this.state, op, ageUs);
  }

  private apply(index: number, entry: Entry, w: World, fx: Effects): void {
    const before = this.state.revision;
    const answer = this.state.apply(entry.command as StoreCommand, index);
    for (let r = before + 1; r <= this.state.revision; r++) {
      for (const e of this.state.changes.at(r)) this.changed(e, w, fx);
    }
    if (index % this.config.hashEvery === 0) this.observeState(index, fx);
    const asked = this.proposed.get(index);
    if (asked === undefined) return;
    if (this.rules.forgetsTold()) this.proposed.delete(index);
    const isLast = index === this.raft.view.commit;
    if (answer === null || !this.rules.isToldApplied({ isLast })) return;
    this.respond(asked.client, asked.m, answer, fx);
  }

  /** The state of a snapshot is in place of its own: what it holds of configuration is new here. */
  private adopt(fx: Effects): void {
    if (this.restoring === null) return;
    const before = this.state;
    this.state = this.restoring;
    this.restoring = null;
    this.watchers.adopt(this.state);
    const held = new Map(before.keys.list(configPrefix).map((e) => [e.key, e.version]));
    for (const { key, value, version } of this.state.keys.list(configPrefix)) {
      if (held.get(key) !== version) observeConfig(key, value, version, fx);
      held.delete(key);
    }
    for (const key of held.keys()) observeConfig(key, null, this.state.revision, fx);
  }

  private observeState(index: number, fx: Effects): void {
    const seen: StateObservation = { kind: 'state', index, hash: this.state.hash };
    fx.observe(seen);
  }

  private changed(e: Change, w: World, fx: Effects): void {
    if (e.scope === 'kv') {
      if (e.key.startsWith(configPrefix)) observeConfig(e.key, e.value, e.revision, fx);
      return;
    }
    if (this.raft.isLeader) this.lifetimes.changed(e, w, fx);
  }

  private leading(isLeader: boolean, w: World, fx: Effects): void {
    this.lifetimes.leading(isLeader, w, fx);
    if (isLeader) return;
    // The fate of what was proposed is unknown: no answer. A read has done nothing: try elsewhere.
    this.proposed.clear();
    this.changes.take();
    for (const { client, m } of this.rules.toldElsewhere(this.reads.take(Infinity))) {
      this.notLeader(client, m, fx);
    }
  }

  private notLeader(client: NodeId, m: StoreRequest, fx: Effects): void {
    this.refuse(client, m, { code: 'not-leader', leader: this.raft.leader }, fx);
  }

  private respond(client: NodeId, m: StoreRequest, answer: StoreAnswer, fx: Effects): void {
    const { session, id } = m;
    const index = this.raft.applied;
    const response: StoreResponse = { kind: 'response', session, id, index, answer };
    fx.send(client, response, m.replyLane);
  }

  private refuse(client: NodeId, m: StoreRequest, error: StoreError, fx: Effects): void {
    this.respond(client, m, { type: 'error', error }, fx);
  }
}
