/**
 * A member of a ring that gossip makes (Ringpop): whoever is asked handles what it owns and hands the rest on.
 *
 * A ring is a function of the members that gossip knows, so that equal views are equal rings, and a checksum tells
 * whether they are. While views differ a request may meet somebody who owns its key as little: it is handed on
 * again, a few times, and then goes back to where it came from, to be looked up when gossip has got round.
 */
import type {
  Component,
  Description,
  Effects,
  Msg,
  NodeId,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Ask } from '../agent/wire.ts';
import { hash32 } from '../hashing/hash.ts';
import type { Table } from '../hashing/tables.ts';
import type { Belief } from '../membership/observations.ts';
import type { ForwardingRingConfig } from './config.ts';
import type { ForwardingRingMessage } from './messages.ts';
import type {} from './observations.ts';
import type { ForwardingRingRules } from './rules.ts';

export interface ForwardingRingOptions {
  readonly self: NodeId;
  /** Nodes 0 … size-1 may be on the ring. */
  readonly size: number;
  readonly config: ForwardingRingConfig;
  readonly rules: ForwardingRingRules;
}

export function createForwardingRing(options: ForwardingRingOptions): Component {
  return new ForwardingRing(options);
}

interface Pending {
  readonly client: NodeId;
  readonly ask: Ask;
  /** Looked up so often. */
  lookUps: number;
  /** Answers to another attempt count no more. */
  attempt: number;
  /** When it is looked up again, unless it is answered. */
  dueUs: number;
  /** It was handed on, and neither answer nor refusal has come. */
  isOut: boolean;
  /** Nobody can say that a request that was handed on and not answered was not handled. */
  isUnsure: boolean;
}

const tryTimer = 1;
const leaveTimer = 2;

class ForwardingRing implements Component {
  private readonly o: ForwardingRingOptions;
  /** In the order in which it heard of them. */
  private readonly members = new Set<NodeId>();
  private table: Table | null = null;
  private checksum = 0;
  private readonly pending = new Map<number, Pending>();
  private lastRequest = 0;
  private startedUs = 0;
  private leaving: 'no' | 'goes' | 'gone' = 'no';

  constructor(options: ForwardingRingOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.startedUs = w.nowUs;
    this.lastRequest = w.random(2 ** 31);
    this.members.add(this.o.self);
    this.renew(fx);
  }

  observed(e: Observation, _w: World, fx: Effects): void {
    if (e.kind !== 'members') return;
    let isNew = false;
    for (const belief of e.news) if (this.heard(belief)) isNew = true;
    if (isNew) this.renew(fx);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const said = m as ForwardingRingMessage;
    switch (said.kind) {
      case 'ask':
        return this.asked(from, said, w, fx);
      case 'hand-on':
        return this.handOn(said, fx);
      case 'done': {
        const p = this.take(said);
        const { hops, checksum } = said;
        return p && this.answer(p, { type: 'ok', value: { handler: from, hops, checksum } }, fx);
      }
      case 'back':
        return this.cameBack(said, w, fx);
    }
  }

  call(): void {}

  timer(kind: number, request: number, w: World, fx: Effects): void {
    if (kind === leaveTimer) {
      this.leaving = 'gone';
      return;
    }
    const p = this.pending.get(request);
    // Another timer was set since.
    if (p === undefined || w.nowUs < p.dueUs) return;
    p.isUnsure ||= p.isOut;
    if (p.lookUps <= this.o.config.retriesMax) return this.lookUp(request, p, w, fx);
    this.pending.delete(request);
    this.giveUp(p, fx);
  }

  durable(): void {}

  /** From now on its keys are others'; what comes for it meanwhile it hands on. */
  stop(_w: World, fx: Effects): void {
    this.leaving = 'goes';
    fx.setTimer(leaveTimer, this.o.config.leaveUs);
    if (this.members.size > 1 && this.members.delete(this.o.self)) this.renew(fx);
  }

  hasStopped(): boolean {
    return this.leaving === 'gone' && this.pending.size === 0;
  }

  describe(): Description {
    return { ring: [...this.members].sort((a, b) => a - b), checksum: this.checksum };
  }

  /** Is it a change? */
  private heard({ member, status }: Belief): boolean {
    const { self, size, rules } = this.o;
    if (member === self || member >= size) return false;
    if (!rules.isOnRing(status)) return this.members.delete(member);
    if (this.members.has(member)) return false;
    this.members.add(member);
    return true;
  }

  private renew(fx: Effects): void {
    // Who leaves when all others are gone is the ring again.
    if (this.members.size === 0) this.members.add(this.o.self);
    const members = [...this.members];
    this.table = this.o.rules.table(members, this.o.config);
    this.checksum = hash32(members.toSorted((a, b) => a - b).join(' '));
    fx.observe({ kind: 'ring', checksum: this.checksum, size: members.length });
  }

  private asked(client: NodeId, ask: Ask, w: World, fx: Effects): void {
    const isAlone = this.members.size < 2 && w.nowUs - this.startedUs < this.o.config.aloneUs;
    const refused: Outcome = { type: 'fail', error: 'not on the ring yet' };
    const p: Pending = {
      client,
      ask,
      lookUps: 0,
      attempt: 0,
      dueUs: 0,
      isOut: false,
      isUnsure: false,
    };
    if (isAlone) return this.answer(p, refused, fx);
    this.lastRequest += 1;
    this.pending.set(this.lastRequest, p);
    this.lookUp(this.lastRequest, p, w, fx);
  }

  private lookUp(request: number, p: Pending, w: World, fx: Effects): void {
    const { self, rules, config } = this.o;
    const { key } = p.ask;
    const owner = this.owner(key);
    p.lookUps += 1;
    p.attempt += 1;
    if (rules.handles(self, owner)) {
      this.pending.delete(request);
      this.handle({ origin: self, request, key }, fx);
      const value = { handler: self, hops: 0, checksum: this.checksum };
      return this.answer(p, { type: 'ok', value }, fx);
    }
    p.isOut = true;
    this.wait(request, p, config.answerUs, w, fx);
    const { attempt } = p;
    this.send(owner, { kind: 'hand-on', origin: self, request, attempt, key, hops: 1 }, fx);
  }

  private handOn(m: ForwardingRingMessage & { kind: 'hand-on' }, fx: Effects): void {
    const { self, rules, config } = this.o;
    const { origin, request, attempt, hops, key } = m;
    const owner = this.owner(key);
    const { checksum } = this;
    const reply = (r: ForwardingRingMessage): void => fx.send(origin, r);
    if (rules.handles(self, owner)) {
      this.handle({ origin, request, key }, fx);
      return reply({ kind: 'done', request, attempt, hops, checksum });
    }
    if (!rules.mayHandOn(hops, config)) return reply({ kind: 'back', request, attempt });
    this.send(owner, { ...m, hops: hops + 1 }, fx);
  }

  private send(to: NodeId, m: ForwardingRingMessage & { kind: 'hand-on' }, fx: Effects): void {
    const { origin, request, key } = m;
    fx.observe({ kind: 'handed-on', origin, request, key, to });
    fx.send(to, m);
  }

  private handle(
    name: { readonly origin: NodeId; readonly request: number; readonly key: string },
    fx: Effects,
  ): void {
    fx.observe({ kind: 'handled', ...name, checksum: this.checksum });
  }

  /** Whose answer that is; undefined: it comes too late. */
  private take({ request, attempt }: { request: number; attempt: number }): Pending | undefined {
    const p = this.pending.get(request);
    if (p?.attempt !== attempt) return undefined;
    this.pending.delete(request);
    return p;
  }

  private cameBack(m: { request: number; attempt: number }, w: World, fx: Effects): void {
    const p = this.take(m);
    if (p === undefined) return;
    if (p.lookUps > this.o.config.retriesMax) return this.giveUp(p, fx);
    this.pending.set(m.request, p);
    p.attempt += 1;
    p.isOut = false;
    this.wait(m.request, p, this.o.config.retryUs, w, fx);
  }

  private wait(request: number, p: Pending, us: number, w: World, fx: Effects): void {
    p.dueUs = w.nowUs + us;
    fx.setTimer(tryTimer, us, request);
  }

  private giveUp(p: Pending, fx: Effects): void {
    const error = 'the members do not agree who owns it';
    this.answer(p, { type: this.o.rules.givenUp(p.isUnsure), error }, fx);
  }

  private answer({ client, ask }: Pending, outcome: Outcome, fx: Effects): void {
    fx.send(client, { kind: 'answered', id: ask.id, outcome } as Msg, ask.replyLane);
  }

  private owner(key: string): NodeId {
    return this.table?.owner(hash32(key)) ?? this.o.self;
  }
}
