/**
 * A peer of a ring that finds who owns a key in a logarithm of hops (W4; Chord).
 *
 * What makes lookups right is the next node alone; a beat asks it who is before it, and so a newcomer is found between.
 * Fingers make lookups short, and are looked up anew all the time. Whoever does not answer is forgotten everywhere.
 */
import type { Component, Effects, Msg, NodeId, World } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Ask } from '../agent/wire.ts';
import { hash32 } from '../hashing/hash.ts';
import type { ChordConfig } from './config.ts';
import type { ChordMessage } from './messages.ts';
import type {} from './observations.ts';
import { distance, placeOf } from './ring.ts';
import type { ChordRules } from './rules.ts';

export interface ChordOptions {
  readonly self: NodeId;
  /** Nodes 0 … size-1 are peers. */
  readonly size: number;
  readonly config: ChordConfig;
  readonly rules: ChordRules;
}

export function createChord(options: ChordOptions): Component {
  return new Chord(options);
}

const beatTimer = 1;
const fingerCount = 32;

interface Pending {
  /** Who was asked first: if nobody answers, it is to blame as far as we know. */
  readonly first: NodeId | null;
  readonly sentUs: number;
  readonly found: (owner: NodeId, hops: number, fx: Effects) => void;
}

class Chord implements Component {
  private readonly o: ChordOptions;
  private predecessor: NodeId | null = null;
  /** Has the next one answered? Until then it may be as new as this one, and two of them would be a ring of their own. */
  private isJoined = false;
  private successors: NodeId[] = [];
  private readonly fingers: (NodeId | null)[] = new Array<NodeId | null>(fingerCount).fill(null);
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private nextFinger = 0;
  private startedUs = 0;
  private predecessorUs = 0;
  /** Since when the next node owes an answer; null: it does not. */
  private owedUs: number | null = null;

  constructor(options: ChordOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.startedUs = w.nowUs;
    this.lastId = w.random(2 ** 31);
    fx.observe({ kind: 'ring-place', place: placeOf(this.o.self) });
    fx.setTimer(beatTimer, w.random(this.o.config.stabiliseUs));
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const said = m as ChordMessage;
    switch (said.kind) {
      case 'ask':
        return this.locate(from, said, w, fx);
      case 'find':
        return this.handOn(said, fx);
      case 'found': {
        const p = this.pending.get(said.id);
        this.pending.delete(said.id);
        return p?.found(said.owner, said.hops, fx);
      }
      case 'beside': {
        if (from === this.predecessor) this.predecessorUs = w.nowUs;
        const { predecessor, successors } = this;
        // Back after a crash it is still in its place for others: it joins when they have forgotten it.
        if (!this.isJoined) return;
        const told: ChordMessage = { kind: 'neighbours', predecessor, successors };
        return fx.send(from, told);
      }
      case 'neighbours':
        return this.told(from, said, fx);
      case 'notify':
        return this.notified(from, w);
    }
  }

  call(): void {}

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    const { config, rules, self } = this.o;
    fx.setTimer(beatTimer, config.stabiliseUs);
    for (const [id, p] of this.pending) {
      if (!rules.isLost(w.nowUs - p.sentUs, config.lostUs)) continue;
      this.pending.delete(id);
      // Somebody on the way is gone, not this one for sure: who is next is asked by itself whether it is there.
      this.fingers.forEach((f, i) => {
        if (f === p.first) this.fingers[i] = null;
      });
    }
    const [first] = this.successors;
    if (first === undefined || first === self) return this.join(w, fx);
    if (this.owedUs !== null && rules.isLost(w.nowUs - this.owedUs, config.lostUs))
      this.drop(first);
    if (rules.isLost(w.nowUs - this.predecessorUs, 2 * config.lostUs)) this.predecessor = null;
    const [next] = this.successors;
    if (next === undefined) return;
    this.owedUs ??= w.nowUs;
    fx.send(next, { kind: 'beside' });
    for (let i = 0; i < config.fingersABeat; i++) this.lookUpFinger(w, fx);
  }

  durable(): void {}

  /** By anybody. The first node waits for a while, and is a ring of its own if there is none. */
  private join(w: World, fx: Effects): void {
    const { self, size, config } = this.o;
    const isAlone = self === 0 && w.nowUs - this.startedUs >= 2 * config.lostUs;
    if (isAlone && this.successors.length === 0) {
      this.successors = [self];
      this.isJoined = true;
    }
    const contact = w.random(size);
    if (contact === self) return;
    const id = this.wait(null, w, (owner) => {
      if (owner !== self && (this.successors[0] ?? self) === self) this.successors = [owner];
    });
    const place = (placeOf(self) + 1) >>> 0;
    const m: ChordMessage = { kind: 'find', id, origin: self, place, hops: 0 };
    fx.send(contact, m);
  }

  private lookUpFinger(w: World, fx: Effects): void {
    const i = this.nextFinger;
    this.nextFinger = (i + 1) % fingerCount;
    const place = (placeOf(this.o.self) + 2 ** i) >>> 0;
    this.find(place, w, fx, (owner) => (this.fingers[i] = owner === this.o.self ? null : owner));
  }

  private locate(client: NodeId, { id, replyLane, key }: Ask, w: World, fx: Effects): void {
    const place = hash32(key);
    this.find(place, w, fx, (owner, hops, then) => {
      const outcome: Outcome = { type: 'ok', value: { owner, hops, place } };
      then.send(client, { kind: 'answered', id, outcome } as Msg, replyLane);
    });
  }

  private find(place: number, w: World, fx: Effects, found: Pending['found']): void {
    const step = this.isJoined ? this.o.rules.step(place, this.view) : null;
    if (step === null) return;
    if ('owner' in step) return found(step.owner, 0, fx);
    const id = this.wait(step.next, w, found);
    const m: ChordMessage = { kind: 'find', id, origin: this.o.self, place, hops: 1 };
    fx.send(step.next, m);
  }

  private handOn(m: ChordMessage & { kind: 'find' }, fx: Effects): void {
    const step = this.isJoined ? this.o.rules.step(m.place, this.view) : null;
    if (step === null || m.hops >= this.o.size) return;
    const further: ChordMessage = { ...m, hops: m.hops + 1 };
    if ('next' in step) return fx.send(step.next, further);
    const told: ChordMessage = { kind: 'found', id: m.id, owner: step.owner, hops: m.hops };
    fx.send(m.origin, told);
  }

  private told(from: NodeId, m: ChordMessage & { kind: 'neighbours' }, fx: Effects): void {
    if (from !== this.successors[0]) return;
    this.owedUs = null;
    this.isJoined = true;
    const { self, rules, config } = this.o;
    const between =
      m.predecessor !== null && rules.isBetween(self, m.predecessor, from) ? [m.predecessor] : [];
    const all = new Set([...between, from, ...m.successors]);
    all.delete(self);
    this.successors = [...all].slice(0, config.successors);
    const [next] = this.successors;
    if (next !== undefined) fx.send(next, { kind: 'notify' });
  }

  private notified(from: NodeId, w: World): void {
    const { self, rules } = this.o;
    const { predecessor } = this;
    if (predecessor === null || rules.isBetween(predecessor, from, self)) this.predecessor = from;
    if (this.predecessor === from) this.predecessorUs = w.nowUs;
    if (this.successors[0] === self) this.successors = [from];
  }

  private drop(node: NodeId): void {
    if (this.successors[0] === node) this.owedUs = null;
    if (this.predecessor === node) this.predecessor = null;
    this.fingers.forEach((f, i) => {
      if (f === node) this.fingers[i] = null;
    });
    this.successors = this.successors.filter((s) => s !== node);
    if (this.successors.length > 0) return;
    // All that were to come next are gone. Whoever is known further on leads back, one predecessor after the other.
    const at = placeOf(this.o.self);
    const far = (f: NodeId): number => distance(at, placeOf(f));
    const [nearest] = this.fingers.filter((f) => f !== null).toSorted((a, b) => far(a) - far(b));
    if (nearest === undefined) this.isJoined = false;
    else this.successors = [nearest];
  }

  private wait(first: NodeId | null, w: World, found: Pending['found']): number {
    this.lastId += 1;
    this.pending.set(this.lastId, { first, sentUs: w.nowUs, found });
    return this.lastId;
  }

  private get view(): {
    self: NodeId;
    predecessor: NodeId | null;
    successors: readonly NodeId[];
    fingers: readonly (NodeId | null)[];
  } {
    const { predecessor, successors, fingers } = this;
    return { self: this.o.self, predecessor, successors, fingers };
  }
}
