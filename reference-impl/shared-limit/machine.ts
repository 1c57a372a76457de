/**
 * A rate limit of all nodes together without a coordinator (R7).
 *
 * Each node has a bucket that fills with its share of the limit. By gossip nodes learn who has less than
 * they have, and give half of the difference: tokens move, they never multiply, and one that is lost on
 * its way is lost for everybody. A call that finds the bucket empty spills over once, to the neighbour
 * that last said it had most. So no moment of any run admits more than the limit and what was saved.
 */
import type { Call, Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Ask } from '../agent/wire.ts';
import type { LimitConfig } from './config.ts';
import type { LimitMessage } from './messages.ts';
import { token } from './rules.ts';
import type { LimitRules } from './rules.ts';

export interface LimitOptions {
  readonly self: NodeId;
  /** Nodes 0 … size-1 share the limit. */
  readonly size: number;
  readonly config: LimitConfig;
  readonly rules: LimitRules;
}

export function createSharedLimit(options: LimitOptions): Component {
  return new SharedLimit(options);
}

const gossipTimer = 1;

interface Spilt {
  readonly client: NodeId;
  readonly ask: Ask;
  readonly endsUs: number;
}

class SharedLimit implements Component {
  private readonly o: LimitOptions;
  private tokens = 0;
  private filledUs = 0;
  /** What others last said they have. */
  private readonly levels = new Map<NodeId, number>();
  /** The number of the newest gift of each giver. */
  private readonly newest = new Map<NodeId, number>();
  private readonly spilt = new Map<number, Spilt>();
  private lastSpill = 0;
  private lastGift = 0;

  constructor(options: LimitOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    // A crash forgets tokens. It must not make new ones: the bucket begins empty.
    this.filledUs = w.nowUs;
    fx.setTimer(gossipTimer, w.random(this.o.config.gossipUs));
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const said = m as LimitMessage;
    this.fill(w.nowUs);
    switch (said.kind) {
      case 'ask':
        return this.ask(from, said, w, fx);
      case 'level':
        this.levels.set(from, said.tokens);
        return this.give(from, said.tokens, w, fx);
      case 'gift':
        return this.take(from, said.number, said.tokens, fx);
      case 'spill': {
        const m: LimitMessage = { kind: 'spilt', id: said.id, isAdmitted: this.admit() };
        return fx.send(from, m);
      }
      case 'spilt':
        return this.end(said.id, said.isAdmitted, fx);
    }
  }

  /** `tokens`: how many this node has. */
  call(c: Call, w: World, fx: Effects): void {
    this.fill(w.nowUs);
    fx.reply(c.id, { type: 'ok', value: { tokens: Math.floor(this.tokens / token) } });
  }

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    const { gossipUs, fanout } = this.o.config;
    fx.setTimer(gossipTimer, gossipUs);
    this.fill(w.nowUs);
    for (const [id, s] of this.spilt) {
      if (this.o.rules.isOver(w.nowUs, s.endsUs)) this.end(id, false, fx);
    }
    const m: LimitMessage = { kind: 'level', tokens: this.tokens };
    for (let i = 0; i < fanout; i++) {
      const to = w.random(this.o.size);
      if (to !== this.o.self) fx.send(to, m);
    }
  }

  durable(): void {}

  unfinished(): Readonly<Record<string, number>> {
    return { ask: this.spilt.size };
  }

  private ask(client: NodeId, ask: Ask, w: World, fx: Effects): void {
    if (this.admit()) return answer(client, ask, true, fx);
    const to = this.richest();
    if (to === null || this.spilt.size >= this.o.config.spillMax) {
      return answer(client, ask, false, fx);
    }
    // It is believed to have one less from now on, so that not every call goes to the same neighbour.
    this.levels.set(to, (this.levels.get(to) ?? 0) - token);
    this.lastSpill += 1;
    this.spilt.set(this.lastSpill, { client, ask, endsUs: w.nowUs + this.o.config.spillUs });
    const m: LimitMessage = { kind: 'spill', id: this.lastSpill };
    fx.send(to, m);
  }

  private admit(): boolean {
    if (!this.o.rules.mayAdmit(this.tokens)) return false;
    this.tokens -= token;
    return true;
  }

  /** Who last said it had most, if it may be asked. */
  private richest(): NodeId | null {
    let found: NodeId | null = null;
    let most = -Infinity;
    for (const [node, tokens] of this.levels) if (tokens > most) [found, most] = [node, tokens];
    return this.o.rules.maySpill(most) ? found : null;
  }

  private end(id: number, isAdmitted: boolean, fx: Effects): void {
    const s = this.spilt.get(id);
    this.spilt.delete(id);
    // An answer that comes too late admits nobody: its token is lost.
    if (s !== undefined) answer(s.client, s.ask, isAdmitted, fx);
  }

  private give(to: NodeId, theirs: number, w: World, fx: Effects): void {
    const { rules } = this.o;
    const given = rules.gift(this.tokens, theirs);
    if (given <= 0) return;
    this.tokens = rules.left(this.tokens, given);
    this.lastGift = rules.giftNumber(this.lastGift, w.nowUs);
    const m: LimitMessage = { kind: 'gift', number: this.lastGift, tokens: given };
    const tokens = given / token;
    fx.observe({ kind: 'gift', change: 'given', peer: to, number: this.lastGift, tokens });
    fx.send(to, m);
  }

  private take(from: NodeId, number: number, given: number, fx: Effects): void {
    if (!this.o.rules.isTaken(number, this.newest.get(from) ?? -1)) return;
    this.newest.set(from, number);
    this.tokens = Math.min(this.capacity, this.tokens + given);
    fx.observe({ kind: 'gift', change: 'taken', peer: from, number, tokens: given / token });
  }

  private get capacity(): number {
    const { perSecond, burstSeconds } = this.o.config;
    return (perSecond * burstSeconds * token) / this.o.size;
  }

  /** A millionth of a token is earned every `size / perSecond` µs. */
  private fill(nowUs: number): void {
    const earned = ((nowUs - this.filledUs) * this.o.config.perSecond) / this.o.size;
    this.tokens = Math.min(this.capacity, this.tokens + earned);
    this.filledUs = nowUs;
  }
}

function answer(client: NodeId, { id, replyLane }: Ask, isAdmitted: boolean, fx: Effects): void {
  const outcome: Outcome = isAdmitted
    ? { type: 'ok', value: null }
    : { type: 'fail', error: 'limit reached' };
  fx.send(client, { kind: 'answered', id, outcome } as Msg, replyLane);
}
