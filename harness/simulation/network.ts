/**
 * The simulated network: latency on every directed link, and state only for links that carry a fault.
 *
 * A message meets the faults of its link when it is sent, and those that began since when it
 * arrives, so that what is in flight feels them.
 */
import { assert, unreachable } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import type { Lane, Msg, NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import { eventType } from './event.ts';
import type { RangeUs, WorldModel } from './options.ts';
import { strictCopy } from './strict.ts';
import type { Wheel } from './wheel.ts';

export type LinkFault = Extract<Fault, { readonly links: unknown }>;
export type Link = readonly [from: NodeId, to: NodeId];

/** A message that was chosen by `reorder` is held back up to this long, so that later ones overtake. */
const reorderUsMax = 20_000;
/** A narrow link drops what would wait longer than this, as a full buffer does. */
const backlogUsMax = 10_000_000;
/** Messages that one stalled partition holds back; past it they are dropped. */
const heldMax = 100_000;
const lost = -1;

interface Held {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly lane: Lane;
  readonly m: Msg;
}

interface ActiveFault {
  readonly fault: LinkFault;
  readonly links: readonly Link[];
  /** Number of this beginning: messages sent under an older number have not met it yet. */
  readonly epoch: number;
  readonly onFelt: () => void;
  readonly held: Held[];
  /** Per link: when the bytes accepted so far will have left. */
  readonly busyUntilUs: Map<number, number>;
}

export class Network {
  private readonly wheel: Wheel;
  private readonly draw: Prng;
  private readonly nodes: number;
  private readonly model: WorldModel;
  /** Latency of the usual case, taken apart: a range is drawn without a call. */
  private readonly lowUs: number;
  private readonly spanUs: number;
  private readonly strictEvery: number;
  private readonly troubled = new Map<number, ActiveFault[]>();
  private readonly active = new Map<number, ActiveFault>();
  private epoch = 0;
  /** Messages handed over, and lost to faults. */
  sent = 0;
  dropped = 0;

  constructor(wheel: Wheel, draw: Prng, nodes: number, model: WorldModel) {
    this.wheel = wheel;
    this.draw = draw;
    this.nodes = nodes;
    this.model = model;
    this.strictEvery = model.strictEvery === 0 ? Infinity : model.strictEvery;
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
    const copy = this.sent % this.strictEvery === 0 ? strictCopy(m) : m;
    // To oneself: in the next microsecond, past every fault.
    if (from === to) this.post(1, from, to, lane, copy);
    else if (this.troubled.size === 0) this.post(this.latencyUs(from, to), from, to, lane, copy);
    else this.route(from, to, lane, copy);
  }

  /** Does this message, sent under `epoch`, arrive now? If not it is lost, held or comes later. */
  arrives(from: NodeId, to: NodeId, lane: Lane, epoch: number, m: Msg): boolean {
    if (this.troubled.size === 0 || epoch === this.epoch || from === to) return true;
    const delayUs = this.meet(from, to, lane, m, epoch);
    if (delayUs > 0) this.post(delayUs, from, to, lane, m);
    return delayUs === 0;
  }

  /** Puts a fault on links until `end` is called with the number returned. */
  begin(fault: LinkFault, links: readonly Link[], onFelt: () => void): number {
    this.epoch += 1;
    const active = {
      fault,
      links,
      epoch: this.epoch,
      onFelt,
      held: [],
      busyUntilUs: new Map<number, number>(),
    };
    this.active.set(this.epoch, active);
    for (const [from, to] of links) {
      const key = from * this.nodes + to;
      const others = this.troubled.get(key);
      if (others === undefined) this.troubled.set(key, [active]);
      else others.push(active);
    }
    return this.epoch;
  }

  /** Heals one fault; others on the same links stay. What it held back is sent again, in order. */
  end(epoch: number): void {
    const ended = this.active.get(epoch);
    assert(ended !== undefined, 'ended a link fault that is not active');
    this.active.delete(epoch);
    for (const [from, to] of ended.links) {
      const key = from * this.nodes + to;
      const rest = (this.troubled.get(key) ?? []).filter((f) => f !== ended);
      if (rest.length === 0) this.troubled.delete(key);
      else this.troubled.set(key, rest);
    }
    const first = ended.held[0];
    if (first === undefined) return;
    const delayUs = this.latencyUs(first.from, first.to);
    for (const { from, to, lane, m } of ended.held) {
      const extraUs = this.meet(from, to, lane, m, 0);
      if (extraUs !== lost) this.post(delayUs + extraUs, from, to, lane, m);
    }
  }

  private post(delayUs: number, from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    const code = eventType.message | (lane << 8);
    this.wheel.post(this.wheel.nowUs + delayUs, code, to, from, this.epoch, m);
  }

  private latencyUs(from: NodeId, to: NodeId): number {
    const latency = this.model.latency;
    if (typeof latency === 'function') return latency(from, to, this.draw);
    return this.lowUs + this.draw.below(this.spanUs);
  }

  private route(from: NodeId, to: NodeId, lane: Lane, m: Msg): void {
    const extraUs = this.meet(from, to, lane, m, 0);
    if (extraUs !== lost) this.post(this.latencyUs(from, to) + extraUs, from, to, lane, m);
  }

  /** What the faults of a link that began after `epoch` do to a message: extra delay, or `lost`. */
  private meet(from: NodeId, to: NodeId, lane: Lane, m: Msg, epoch: number): number {
    const faults = this.troubled.get(from * this.nodes + to);
    if (faults === undefined) return 0;
    let extraUs = 0;
    for (const f of faults) {
      if (f.epoch <= epoch) continue;
      const delayUs = this.meetOne(f, { from, to, lane, m });
      if (delayUs === lost) {
        this.dropped += 1;
        return lost;
      }
      extraUs += delayUs;
    }
    return extraUs;
  }

  private meetOne(f: ActiveFault, message: Held): number {
    const fault = f.fault;
    switch (fault.kind) {
      case 'partition':
        f.onFelt();
        if (fault.mode === 'stall' && f.held.length < heldMax) f.held.push(message);
        return lost;
      case 'latency':
        f.onFelt();
        return this.jittered(fault.delayUs, fault.jitterUs);
      case 'loss':
        if (!this.draw.chance(fault.permille)) return 0;
        f.onFelt();
        return lost;
      case 'duplicate':
        if (this.draw.chance(fault.permille)) {
          f.onFelt();
          this.post(
            this.latencyUs(message.from, message.to),
            message.from,
            message.to,
            message.lane,
            message.m,
          );
        }
        return 0;
      case 'reorder':
        if (!this.draw.chance(fault.permille)) return 0;
        f.onFelt();
        return this.draw.between(1, reorderUsMax);
      case 'bandwidth':
        f.onFelt();
        return this.queueUs(f, message, fault.rate);
      default:
        return unreachable(fault);
    }
  }

  private jittered(delayUs: number, jitterUs: number): number {
    return Math.max(0, delayUs + this.draw.between(-jitterUs, jitterUs));
  }

  /** Waits behind the bytes sent before; `rate` kilobytes a second are `rate` bytes a millisecond. */
  private queueUs(f: ActiveFault, { from, to, m }: Held, rate: number): number {
    const key = from * this.nodes + to;
    const nowUs = this.wheel.nowUs;
    const startUs = Math.max(nowUs, f.busyUntilUs.get(key) ?? 0);
    if (startUs - nowUs > backlogUsMax) return lost;
    const doneUs = startUs + Math.ceil((JSON.stringify(m).length * 1_000) / rate);
    f.busyUntilUs.set(key, doneUs);
    return doneUs - nowUs;
  }
}
