/**
 * The simulated network: latency on every directed link, and state only for links that carry a fault.
 *
 * What faults of one link do together is defined in `faults/overlap.ts`. A message meets the faults
 * of its link when it is sent; those that began since it meets when it arrives, so that what is in
 * flight does not escape them. Chances (loss, duplication, reordering) are drawn only when it is sent.
 */
import { assert } from '../core/assert.ts';
import type { Lane, Msg, NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import type { Link, LinkRule, PassingMessage } from '../faults/link-rule.ts';
import { messageFate, strongestPartition } from '../faults/overlap.ts';
import { markChances, troubledBy } from './active-fault.ts';
import type { ActiveFault, Message, Troubled } from './active-fault.ts';
import { damaged } from './damage.ts';
import { Endings, type Ending } from './endings.ts';
import { eventType } from './event.ts';
import type { RangeUs, WorldModel } from './options.ts';
import { jsonCopy } from './json-roundtrip.ts';
import { isFrameTooLong } from './message-size.ts';
import type { NoiseOf } from './noise.ts';
import type { Watcher } from './watcher.ts';
import type { Wheel } from './wheel.ts';

/** A message that was chosen by `reorder` is held back up to this long, so that later ones overtake. */
const reorderUsMax = 20_000;
/** Messages that one stalled partition holds back; past it they are dropped. */
const heldMax = 100_000;
const lost = -1;
/** Later than any other: in place of the epoch of a message that has arrived and waits. */
export const arrivedEpoch = 0x7fff_ffff;
/** In place of a message: none was measured. */
const none: Msg = { kind: '' };

export class Network {
  private readonly wheel: Wheel;
  private readonly noise: NoiseOf;
  private readonly nodes: number;
  /** Ids from here on are clients. */
  private readonly machines: number;
  private readonly model: WorldModel;
  /** Where all its noise comes from one stream: that. */
  private readonly stream: Prng | null;
  /** Latency of the usual case, taken apart: a range is drawn without a call. */
  private readonly lowUs: number;
  private readonly spanUs: number;
  private readonly strictEvery: number;
  private strictIn: number;
  /** Kinds of messages that were looked at strictly. */
  private readonly kinds = new Set<string>();
  /** The last message that a frame holds: one that is sent to several is measured once. */
  private fitting: Msg = none;
  private readonly troubled = new Map<number, Troubled>();
  private readonly endings = new Endings();
  private readonly active = new Map<number, ActiveFault>();
  /** 0 stands for a message that has met nothing yet. */
  private epoch = 1;
  /** Messages handed over, lost to faults, and lost because no frame holds them. */
  sent = 0;
  dropped = 0;
  tooLong = 0;
  /** Does a node notice what was damaged on its way to it? */
  checksMessages: (node: NodeId) => boolean = () => true;
  /** Is told of each message and its end. */
  watcher: Watcher | null = null;

  constructor(
    wheel: Wheel,
    noise: NoiseOf,
    nodes: number,
    model: WorldModel,
    machines: number = nodes,
  ) {
    this.wheel = wheel;
    this.noise = noise;
    this.stream = noise.networkStream;
    this.nodes = nodes;
    this.machines = machines;
    this.model = model;
    this.strictEvery = model.strictEvery === 0 ? Infinity : model.strictEvery;
    this.strictIn = this.strictEvery;
    const range: RangeUs =
      typeof model.latency === 'function' ? { lowUs: 0, highUs: 0 } : model.latency;
    this.lowUs = range.lowUs;
    this.spanUs = range.highUs - range.lowUs + 1;
  }

  /** How many faults are active now: 0 after all were healed. */
  get faults(): number {
    return this.active.size;
  }

  send(from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    assert(to >= 0 && to < this.nodes, 'sent to nobody');
    this.sent += 1;
    this.strictIn -= 1;
    const isKnown = m === this.fitting || this.kinds.has(m.kind);
    const copy = this.strictIn <= 0 || !isKnown ? this.strict(m) : m;
    // To oneself: in the next microsecond, past every fault.
    if (from === to) this.post(1, from, to, lane, copy);
    else if (m !== this.fitting && !this.fits(lane, m)) this.tooLong += 1;
    else this.pass(from, to, lane, copy);
  }

  private pass(from: NodeId, to: NodeId, lane: Lane, copy: Msg): void {
    this.watcher?.sent(from, to, lane, copy);
    if (this.troubled.size === 0) this.post(this.latencyUs(from, to), from, to, lane, copy);
    else this.route(from, to, lane, copy);
  }

  /** The first of its kind, or one whose turn it is. */
  private strict(m: Msg): Msg {
    this.strictIn = this.strictEvery;
    this.kinds.add(m.kind);
    return this.strictEvery === Infinity ? m : jsonCopy(m);
  }

  /** The transport of real nodes loses what no frame holds. */
  private fits(lane: Lane, m: Msg): boolean {
    if (isFrameTooLong(lane, m, this.model.frameBytesMax)) return false;
    this.fitting = m;
    return true;
  }

  /** Does this message, sent under `epoch`, arrive now? If not it is lost, held or comes later. */
  arrives(from: NodeId, to: NodeId, lane: Lane, epoch: number, m: Msg): boolean {
    if (epoch === this.epoch || from === to) return true;
    const delayUs = this.enter({ from, to, lane, m }, epoch);
    if (delayUs > 0) this.post(delayUs, from, to, lane, m);
    return delayUs === 0;
  }

  /** Puts a rule on links until `end` is called with the number returned. */
  begin(
    rule: LinkRule,
    links: readonly Link[],
    onEffect: () => void,
    fault: number | null = null,
  ): number {
    this.epoch += 1;
    const sinceUs = this.wheel.nowUs;
    const active: ActiveFault = {
      rule,
      links,
      epoch: this.epoch,
      sinceUs,
      onEffect,
      fault,
      held: [],
    };
    this.active.set(this.epoch, active);
    const isCut =
      rule.partition !== undefined && rule.partition !== 'stall' && rule.of === undefined;
    for (const [from, to] of links) {
      const key = this.key(from, to);
      this.trouble(key, [...(this.troubled.get(key)?.faults ?? []), active]);
      if (isCut) this.endings.cut(key, this.now);
    }
    if (!isCut) return this.epoch;
    const keys = new Set(links.map(([from, to]) => this.key(from, to)));
    if (this.dropHeld(({ from, to }) => keys.has(this.key(from, to)))) onEffect();
    return this.epoch;
  }

  /** A node died: what is under way to it, or held back for it, is lost. */
  breakLinksTo(node: NodeId): void {
    this.epoch += 1;
    this.endings.died(node, this.now);
    this.dropHeld(({ to }) => to === node);
  }

  /** It starts again: so is what was sent to it meanwhile. */
  startAgain(node: NodeId): void {
    this.epoch += 1;
    this.endings.startedAgain(node, this.epoch);
    this.dropHeld(({ to }) => to === node);
  }

  /** Heals one fault; others on the same links stay. What it held back is sent again, in order. */
  end(epoch: number): void {
    const ended = this.active.get(epoch);
    assert(ended !== undefined, 'ended a link fault that is not active');
    this.active.delete(epoch);
    for (const [from, to] of ended.links) {
      const key = this.key(from, to);
      // What lost data makes a hole: the connection ends with it.
      if (losesData(ended.rule)) this.endings.healed(key, this.wheel.nowUs);
      this.trouble(
        key,
        (this.troubled.get(key)?.faults ?? []).filter((f) => f !== ended),
      );
    }
    const first = ended.held[0];
    if (first === undefined) return;
    const delayUs = this.latencyUs(first.from, first.to);
    for (const message of ended.held) {
      const extraUs = this.enter(message, 0);
      const { from, to, lane, m } = message;
      if (extraUs !== lost) this.post(delayUs + extraUs, from, to, lane, m);
    }
  }

  private key(from: NodeId, to: NodeId): number {
    return from * this.nodes + to;
  }

  private trouble(key: number, faults: readonly ActiveFault[]): void {
    if (faults.length === 0) this.troubled.delete(key);
    else this.troubled.set(key, troubledBy(faults));
  }

  /** A connection that breaks takes along what a stall held back on it. True: there was some. */
  private dropHeld(isGone: (m: Message) => boolean): boolean {
    const before = this.dropped;
    for (const f of this.active.values()) {
      if (f.held.length === 0) continue;
      for (const m of f.held) if (isGone(m)) this.drop(m, f.fault, 'its connection broke');
      f.held = f.held.filter((m) => !isGone(m));
    }
    return this.dropped > before;
  }

  private drop({ from, to, lane, m }: Message, fault: number | null, why: string): void {
    this.dropped += 1;
    this.watcher?.lost(from, to, lane, m, { fault, why });
  }

  private post(delayUs: number, from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    const code = eventType.message | (lane << 8);
    this.wheel.post(this.wheel.nowUs + delayUs, code, to, from, this.epoch, m);
  }

  private latencyUs(from: NodeId, to: NodeId): number {
    const latency = this.model.latency;
    const draw = this.stream ?? this.noise.latencyOn(from, to, this.wheel.nowUs);
    if (typeof latency === 'function') return latency(from, to, draw);
    return this.lowUs + draw.below(this.spanUs);
  }

  private drawOn(from: NodeId, to: NodeId): Prng {
    return this.stream ?? this.noise.onLink(from, to, this.wheel.nowUs);
  }

  private route(from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    let message: Message = { from, to, lane, m };
    const troubled = this.troubled.get(this.key(from, to));
    let heldBackUs = 0;
    if (troubled !== undefined && troubled.messages !== null) {
      const draw = this.drawOn(from, to);
      const fate = messageFate(troubled.messages, draw);
      markChances(troubled.faults, fate);
      const isNoticed = fate.isDamaged && this.checksMessages(to);
      if (fate.isLost || isNoticed) {
        const chance = fate.isLost ? 'lossPermille' : 'corruptPermille';
        const by = troubled.faults.find((f) => (f.rule.messages?.[chance] ?? 0) > 0);
        this.drop(message, by?.fault ?? null, fate.isLost ? 'by chance' : 'its sum was wrong');
        return;
      }
      if (fate.isDamaged) message = { from, to, lane, m: damaged(m, draw) };
      if (fate.isRepeated) this.dispatch(message, 0);
      if (fate.isHeldBack) heldBackUs = draw.between(1, reorderUsMax);
    }
    this.dispatch(message, heldBackUs);
  }

  private dispatch(message: Message, heldBackUs: number): void {
    const extraUs = this.enter(message, 0);
    if (extraUs === lost) return;
    const { from, to, lane, m } = message;
    this.post(this.latencyUs(from, to) + heldBackUs + extraUs, from, to, lane, m);
  }

  /**
   * What the faults of its link that began after `epoch` do to a message: extra delay, or `lost`,
   * also when one holds it back.
   */
  private enter(message: Message, epoch: number): number {
    const key = this.key(message.from, message.to);
    const ending = this.endings.last(key, message.to);
    const isCut = epoch > 0 && ending !== undefined && ending.epoch > epoch;
    const troubled = this.troubled.get(key);
    if (isCut || troubled?.isPartitioned === true) {
      const faults = (troubled?.faults ?? []).filter((f) => f.epoch > epoch);
      if (this.isStopped(message, faults, isCut)) return lost;
    }
    if (troubled === undefined) return 0;
    if (troubled.isToldLate && this.isUntold(troubled.faults, ending)) {
      this.drop(message, troubled.faults.find(isLate)?.fault ?? null, 'its connection had ended');
      return lost;
    }
    return this.delayUs(troubled.faults, message, epoch);
  }

  /** Its connection has ended, and its sender writes to it all the same, as nobody told. */
  private isUntold(faults: readonly ActiveFault[], ending: Ending | undefined): boolean {
    if (ending === undefined) return false;
    const { nowUs } = this.wheel;
    const late = faults.filter((f) => isLate(f) && ending.atUs >= f.sinceUs);
    const lateUs = late.reduce((us, f) => us + (f.rule.toldLateUs ?? 0), 0);
    if (nowUs >= ending.atUs + lateUs) return false;
    for (const f of late) f.onEffect();
    return true;
  }

  /** Partitions: true when the message was lost, or is held back. */
  private isStopped(message: Message, faults: readonly ActiveFault[], isCut: boolean): boolean {
    const partitions = faults.filter(
      (f) => f.rule.partition !== undefined && this.isOn(f, message),
    );
    for (const f of partitions) f.onEffect();
    const stopped = strongestPartition(partitions.flatMap((f) => f.rule.partition ?? []));
    if (stopped === null && !isCut) return false;
    const holder = partitions[0];
    const isHeld = stopped === 'held' && !isCut && holder !== undefined;
    if (isHeld && holder.held.length < heldMax) holder.held.push(message);
    else this.drop(message, holder?.fault ?? null, 'its connection broke');
    return true;
  }

  /** Is it on the connection of this message, which is new once the one before was cut or an end of it died? */
  private isOn({ rule, epoch }: ActiveFault, { from, to }: Message): boolean {
    if (rule.of === undefined) return true;
    return this.endings.isNewSince(epoch, this.key(from, to), [from, to]) === (rule.of === 'new');
  }

  private delayUs(faults: readonly ActiveFault[], message: Message, epoch: number): number {
    const { from, to, m } = message;
    const { nowUs } = this.wheel;
    const passing: PassingMessage = { from, to, nowUs, bytes: () => JSON.stringify(m).length };
    let delayUs = 0;
    for (const f of faults) {
      if (f.epoch <= epoch || f.rule.pass === undefined) continue;
      const passage = f.rule.pass(passing, this.drawOn(from, to));
      if (passage !== 0) f.onEffect();
      if (typeof passage === 'string') {
        this.drop(message, f.fault, passage);
        if (passage === 'reset') this.reset(from, to);
        return lost;
      }
      delayUs += passage;
    }
    return delayUs;
  }

  /** An ending of now. */
  private get now(): Ending {
    return { epoch: this.epoch, atUs: this.wheel.nowUs };
  }

  /** What is under way on this connection is lost. A client and a node share one, both ways. */
  private reset(from: NodeId, to: NodeId): void {
    this.epoch += 1;
    const isShared = from >= this.machines || to >= this.machines;
    const keys = [this.key(from, to), ...(isShared ? [this.key(to, from)] : [])];
    for (const key of keys) this.endings.cut(key, this.now);
    this.dropHeld(({ from, to }) => keys.includes(this.key(from, to)));
  }
}

function losesData({ partition, of }: LinkRule): boolean {
  return partition === 'drop' && of === undefined;
}

function isLate({ rule }: ActiveFault): boolean {
  return rule.toldLateUs !== undefined;
}
