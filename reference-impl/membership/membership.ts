/**
 * Membership by SWIM (Das, Gupta, Motivala 2002) with memberlist's and Lifeguard's improvements.
 *
 * Each member probes one other a period: ping, and after a timeout k indirect pings. One that does
 * not answer is suspected; a suspect refutes with a higher incarnation or is declared dead after a
 * time that shrinks with each further accuser. News rides on probes and on gossip ticks; whole tables
 * are exchanged now and then. Peers are the node ids of the launch, never addresses out of gossip.
 */
import { assert, unreachable } from '../../harness/core/assert.ts';
import type {
  Call,
  Component,
  Description,
  Effects,
  Msg,
  NodeId,
  Rec,
  TimerId,
  World,
} from '../../harness/core/host.ts';
import type { Answered, Ask } from '../agent/wire.ts';
import { Beliefs } from './beliefs.ts';
import { incarnationOf, isLive, packCell, statusOf, unknownCell } from './cell.ts';
import { assertConfig, type MembershipConfig } from './config.ts';
import type {
  BootRecord,
  Gossip,
  MembershipMessage,
  Ping,
  PingRequest,
  Sync,
  Update,
} from './messages.ts';
import type { MembershipOptions } from './options.ts';
import { pickMembers } from './pick.ts';
import { ProbeOrder } from './probe-order.ts';
import type { MembershipRules } from './rules.ts';

/** Of larger clusters nobody reads who is suspected, in each frame of a film. */
const describedMax = 200;

const timers = {
  probe: 1,
  probeTimeout: 2,
  gossip: 3,
  suspicion: 4,
  pushPull: 5,
  reconnect: 6,
  join: 7,
} as const;

/** Makes the component. Calls: `members` lists what is believed, `leave` leaves for good. */
export function createMembership(options: MembershipOptions): Component {
  const { self, size, seeds } = options;
  assert(self >= 0 && self < size, 'a member is one of the members', { self, size });
  assert(
    seeds.every((s) => s >= 0 && s < size),
    'a seed is a member',
    { seeds, size },
  );
  assertConfig(options.config);
  return new Membership(options);
}

class Membership implements Component {
  private readonly self: NodeId;
  private readonly size: number;
  private readonly seeds: readonly NodeId[];
  private readonly isOfPool: (node: NodeId) => boolean;
  private readonly prefix: string;
  private readonly startJoined: boolean;
  private readonly config: MembershipConfig;
  private readonly rules: MembershipRules;
  private readonly beliefs: Beliefs;
  private readonly order: ProbeOrder;
  /** The probe of this period; answered when `probed` is null. */
  private probed: NodeId | null = null;
  private seq = 0;
  private probeTimer: TimerId = 0;
  /** Gossip ticks fall on this phase; they sleep while there is no news. */
  private gossipPhaseUs = 0;
  private isGossiping = false;
  private hasJoined = false;
  /** Who was last told that this member is here, and asked for a table. */
  private greeted: readonly NodeId[] = [];

  constructor(options: MembershipOptions) {
    this.self = options.self;
    this.size = options.size;
    this.seeds = options.seeds;
    this.isOfPool = options.isOfPool ?? (() => true);
    this.prefix = options.prefix ?? '';
    this.startJoined = options.startJoined;
    this.config = options.config;
    this.rules = options.rules;
    this.order = new ProbeOrder(options.size);
    this.beliefs = new Beliefs({
      ...options,
      base: options.startJoined ? packCell('alive', 0) : unknownCell,
      suspicionTimer: timers.suspicion,
    });
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    let incarnation = 0;
    for (const r of records) incarnation = (r as BootRecord).incarnation + 1;
    // Only starts are persisted: a refutation must not wait for a disk. What an earlier life refuted
    // with is heard as a rumour about oneself, and refuted in turn.
    const boot: BootRecord = { kind: 'boot', incarnation };
    fx.persist(boot);
    if (incarnation > 0 || !this.startJoined) {
      this.beliefs.declareSelf('alive', incarnation);
      this.join(w, fx);
    }
    const c = this.config;
    fx.setTimer(timers.probe, w.random(c.probeUs));
    fx.setTimer(timers.pushPull, w.random(this.pushPullUs()));
    fx.setTimer(timers.reconnect, w.random(c.reconnectUs));
    this.gossipPhaseUs = w.nowUs + w.random(c.gossipUs);
    this.end(w, fx);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    if (m.kind === 'ask') return this.answer(from, m as Ask, fx);
    // Clients are not members. And one message of a member of another pool would make both one, for good.
    if (from >= this.size || !this.rules.admits(this.isOfPool(from))) return;
    this.receive(from, m as MembershipMessage, w, fx);
    this.end(w, fx);
  }

  describe(): Description {
    return this.size > describedMax ? {} : this.beliefs.describe(this.prefix);
  }

  call(c: Call, w: World, fx: Effects): void {
    if (c.f === 'members') {
      fx.reply(c.id, this.beliefs.list());
    } else if (c.f === 'leave') {
      this.leave(w, fx);
      fx.reply(c.id, null);
    } else {
      fx.reply(c.id, { error: `membership has no call ${c.f}` });
    }
  }

  timer(kind: number, arg: number, w: World, fx: Effects): void {
    if (kind === timers.probe) this.probe(w, fx);
    else if (kind === timers.probeTimeout) this.probeIndirectly(w, fx);
    else if (kind === timers.gossip) this.gossip(w, fx);
    else if (kind === timers.suspicion) this.beliefs.suspicionEnded(arg, w, fx);
    else if (kind === timers.pushPull) this.pushPull(w, fx);
    else if (kind === timers.reconnect) this.reconnect(w, fx);
    else if (kind === timers.join) this.join(w, fx);
    else assert(false, 'no such timer', { kind });
    this.end(w, fx);
  }

  durable(): void {
    // Nothing waits for the boot record but what the driver holds back.
  }

  /** memberlist's `Leave`: whoever says goodbye is not suspected, and is gone from all lists at once. */
  stop(w: World, fx: Effects): void {
    if (this.rules.saysGoodbye()) this.leave(w, fx);
  }

  hasStopped(): boolean {
    return !this.beliefs.hasLeft || this.beliefs.isTold(this.self);
  }

  /** A workload asks who is alive: a suspect is, until it is known better. */
  private answer(to: NodeId, { id, replyLane }: Ask, fx: Effects): void {
    const value = [...Array(this.size).keys()].filter((m) => isLive(this.beliefs.table.get(m)));
    const reply: Answered = { kind: 'answered', id, outcome: { type: 'ok', value } };
    fx.send(to, reply, replyLane);
  }

  private leave(w: World, fx: Effects): void {
    const own = this.beliefs.table.get(this.self);
    if (!this.beliefs.hasLeft) this.beliefs.declareSelf('left', incarnationOf(own));
    // Before their tables come it knows nobody to gossip to, but they know it.
    if (!this.hasJoined && this.rules.takesGreetingBack()) {
      for (const to of this.greeted) this.sendTable('table', to, fx);
    }
    this.end(w, fx);
  }

  private receive(from: NodeId, m: MembershipMessage, w: World, fx: Effects): void {
    switch (m.kind) {
      case 'ping':
        this.hearAll(m.updates, w, fx);
        this.sendAck(from, m.seq, m.origin, fx);
        return;
      case 'ack':
        this.hearAll(m.updates, w, fx);
        // A helper passes the answer on to whom it probed for.
        if (m.origin === this.self) this.acked(m.seq, fx);
        else this.sendAck(m.origin, m.seq, m.origin, fx);
        return;
      case 'ping-req':
        this.hearAll(m.updates, w, fx);
        this.sendPing(m.target, m.seq, from, fx);
        return;
      case 'gossip':
        this.hearAll(m.updates, w, fx);
        return;
      case 'push':
        this.beliefs.hearTable(m.runs, from, w, fx);
        this.sendTable('pull', from, fx);
        return;
      case 'pull':
        this.beliefs.hearTable(m.runs, from, w, fx);
        this.hasJoined = true;
        return;
      case 'table':
        this.beliefs.hearTable(m.runs, from, w, fx);
        return;
      default:
        unreachable(m);
    }
  }

  private hearAll(updates: readonly Update[], w: World, fx: Effects): void {
    for (const u of updates) this.beliefs.hear(u, w, fx);
  }

  /** SWIM §4.1: who answered neither us nor a helper by the end of the period is suspected. */
  private probe(w: World, fx: Effects): void {
    const { probeUs, probeTimeoutUs } = this.config;
    fx.setTimer(timers.probe, probeUs);
    if (this.probed !== null) this.beliefs.accuse(this.probed, w, fx);
    this.probed = this.beliefs.hasLeft ? null : this.order.advance(w, this.isLivePeer);
    if (this.probed === null) return;
    this.seq += 1;
    this.probeTimer = fx.setTimer(timers.probeTimeout, probeTimeoutUs);
    this.sendPing(this.probed, this.seq, this.self, fx);
  }

  private probeIndirectly(w: World, fx: Effects): void {
    const target = this.probed;
    if (target === null) return;
    const isHelper = (m: NodeId): boolean => m !== target && this.isLivePeer(m);
    for (const helper of this.pick(this.config.indirectProbes, w, isHelper)) {
      const updates = this.beliefs.news(helper);
      const m: PingRequest = { kind: 'ping-req', seq: this.seq, target, updates };
      fx.send(helper, m);
    }
  }

  private acked(seq: number, fx: Effects): void {
    if (seq !== this.seq || this.probed === null) return;
    this.probed = null;
    fx.cancelTimer(this.probeTimer);
  }

  /** Every handler ends so. Gossip ticks sleep while there is nothing to say, and stay in phase. */
  private end(w: World, fx: Effects): void {
    this.beliefs.observe(fx);
    if (this.isGossiping || !this.beliefs.hasNews) return;
    this.isGossiping = true;
    const { gossipUs } = this.config;
    const sinceTickUs = (w.nowUs - this.gossipPhaseUs + gossipUs) % gossipUs;
    fx.setTimer(timers.gossip, gossipUs - sinceTickUs);
  }

  private gossip(w: World, fx: Effects): void {
    this.isGossiping = false;
    const receivers = this.pick(this.config.gossipFanout, w, this.isLivePeer);
    if (this.beliefs.isMuchNews) this.gossipTable(receivers, fx);
    else this.gossipNews(receivers, fx);
  }

  private gossipNews(receivers: readonly NodeId[], fx: Effects): void {
    let m: Gossip = { kind: 'gossip', updates: [] };
    const shared = this.beliefs.newsForAll(receivers);
    for (const to of receivers) {
      const updates = shared ?? this.beliefs.news(to);
      // As a rule all are told the same.
      if (updates !== m.updates) m = { kind: 'gossip', updates };
      if (updates.length > 0) fx.send(to, m);
    }
  }

  private gossipTable(receivers: readonly NodeId[], fx: Effects): void {
    const m: Sync = { kind: 'table', runs: this.beliefs.table.runs() };
    for (const to of receivers) fx.send(to, m);
    this.beliefs.toldAll(receivers.length);
  }

  private pushPull(w: World, fx: Effects): void {
    fx.setTimer(timers.pushPull, this.pushPullUs());
    for (const to of this.pick(1, w, this.isLivePeer)) this.sendTable('push', to, fx);
  }

  /** Both sides of a long partition think the other dead, and nobody probes the dead. */
  private reconnect(w: World, fx: Effects): void {
    fx.setTimer(timers.reconnect, this.config.reconnectUs);
    const { deadCount, liveCount } = this.beliefs.table;
    if (deadCount === 0 || w.random(liveCount) >= deadCount) return;
    const isDead = (m: NodeId): boolean => statusOf(this.beliefs.table.get(m)) === 'dead';
    for (const to of this.pick(1, w, isDead)) this.sendTable('push', to, fx);
  }

  /** Asks the seeds (or anybody, without seeds) for their tables until all of them are known. */
  private join(w: World, fx: Effects): void {
    const { self, seeds, config } = this;
    const isStrange = (m: NodeId): boolean =>
      m !== self && this.beliefs.table.get(m) === unknownCell;
    const asked = this.hasJoined ? seeds.filter(isStrange) : seeds.filter((m) => m !== self);
    if (!this.hasJoined && asked.length === 0) {
      asked.push(...this.pick(config.gossipFanout, w, this.isLivePeer));
    }
    for (const to of asked) this.sendTable('push', to, fx);
    this.greeted = asked;
    if (asked.length === 0) return;
    fx.setTimer(timers.join, this.hasJoined ? config.reconnectUs : config.joinRetryUs);
  }

  private sendPing(to: NodeId, seq: number, origin: NodeId, fx: Effects): void {
    const m: Ping = { kind: 'ping', seq, origin, updates: this.beliefs.news(to) };
    fx.send(to, m);
  }

  private sendAck(to: NodeId, seq: number, origin: NodeId, fx: Effects): void {
    const m: Ping = { kind: 'ack', seq, origin, updates: this.beliefs.news(to) };
    fx.send(to, m);
  }

  private sendTable(kind: Sync['kind'], to: NodeId, fx: Effects): void {
    const m: Sync = { kind, runs: this.beliefs.table.runs() };
    fx.send(to, m);
  }

  private readonly isLivePeer = (m: NodeId): boolean =>
    m !== this.self && isLive(this.beliefs.table.get(m));

  private pick(count: number, w: World, fits: (m: NodeId) => boolean): NodeId[] {
    return pickMembers(w, { count, size: this.size, fits });
  }

  private pushPullUs(): number {
    return this.rules.pushPullUs(this.beliefs.table.liveCount, this.config);
  }
}
