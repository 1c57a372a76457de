/**
 * An instance of a registry of peers: registers and renews at one peer, of its own zone where there is one, and goes
 * on to the next when that does not answer; told to stop, it says goodbye to it (D6).
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  World,
} from '../../harness/core/host.ts';
import type { EurekaConfig } from './config.ts';
import type { Described, EurekaMessage } from './messages.ts';

export interface InstanceOptions {
  readonly app: string;
  readonly id: string;
  /** What else others are told of it. */
  readonly info: Json;
  /** Those of its zone first. */
  readonly peers: readonly NodeId[];
  readonly config: EurekaConfig;
  /** A peer that has not answered within this is left for the next, µs. */
  readonly tryUs: number;
}

const due = 1;
const late = 2;

export class EurekaInstance implements Component {
  private readonly o: InstanceOptions;
  private dirtyUs = 0;
  private isRegistered = false;
  private isStopping = false;
  private peer = 0;
  /** The request that is out; 0: none. Numbers of one process only grow. */
  private request = 0;
  private last = 0;
  private tries = 0;

  constructor(options: InstanceOptions) {
    this.o = options;
  }

  start(_records: Iterable<unknown>, w: World, fx: Effects): void {
    this.dirtyUs = w.nowUs;
    this.last = w.random(2 ** 31);
    fx.setTimer(due, w.random(Math.ceil(this.o.config.renewUs / 4)));
  }

  durable(): void {}

  timer(kind: number, arg: number, _w: World, fx: Effects): void {
    if (kind === due) {
      if (this.isStopping) return;
      fx.setTimer(due, this.o.config.renewUs);
      this.tries = 0;
      this.ask(fx);
    } else if (arg === this.request) this.goOn(fx);
  }

  message(_from: NodeId, msg: Msg, _w: World, fx: Effects): void {
    const m = msg as EurekaMessage;
    if (m.kind !== 'done' || m.request !== this.request) return;
    this.request = 0;
    const wasRegistered = this.isRegistered;
    this.isRegistered = m.isKnown;
    if (wasRegistered && !m.isKnown && !this.isStopping) this.ask(fx);
  }

  stop(_w: World, fx: Effects): void {
    this.isStopping = true;
    this.tries = 0;
    this.ask(fx);
  }

  hasStopped(): boolean {
    return this.isStopping && this.request === 0;
  }

  call(c: Call, _w: World, fx: Effects): void {
    fx.reply(c.id, { type: 'fail', error: 'this node has no such duty' });
  }

  private goOn(fx: Effects): void {
    this.peer = (this.peer + 1) % this.o.peers.length;
    this.tries += 1;
    this.request = 0;
    if (this.tries < this.o.peers.length) this.ask(fx);
    // Nobody answers: home again, for the next renewal.
    else this.peer = 0;
  }

  private ask(fx: Effects): void {
    const { app, id, info, config, peers, tryUs } = this.o;
    const to = peers[this.peer];
    if (to === undefined) return;
    this.last += 1;
    this.request = this.last;
    const { request, dirtyUs } = this;
    const named = { app, id, dirtyUs };
    const of: Described = { ...named, info, leaseUs: config.leaseUs };
    const m: EurekaMessage = this.isStopping
      ? { kind: 'cancel', request, of: named }
      : this.isRegistered
        ? { kind: 'renew', request, of: named }
        : { kind: 'register', request, of };
    fx.send(to, m);
    fx.setTimer(late, tryUs, request);
  }
}
