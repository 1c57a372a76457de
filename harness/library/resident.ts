/**
 * Code with promises that lives in a node or a client of the simulation: what it asks for becomes wishes,
 * which are uttered when it has come to rest.
 */
import type { Call, Effects, Json, Lane, NodeId, World } from '../core/host.ts';
import type { Msg } from '../core/host.ts';
import type { NodeConfig } from '../core/system.ts';
import type { ResidentHost } from './definition.ts';
import type { Segment } from './net/segment.ts';
import { Sockets, nodeAt } from './net/sockets.ts';
import type { VirtualSocket } from './net/virtual-socket.ts';
import { utter } from './turns.ts';
import type { Turns, Wishing } from './turns.ts';
import type { Variables } from './virtual-env.ts';
import { onBehalfOf } from './virtual-globals.ts';

export interface Request extends Msg {
  readonly kind: 'request';
  readonly id: number;
  readonly value: Json;
}

export interface Answer extends Msg {
  readonly kind: 'answer';
  readonly id: number;
  /** False: the service threw, and `value` is its message. */
  readonly ok: boolean;
  readonly value: Json;
}

/** What a service asks a component on its own node, which gives an `Answer`. */
export interface Inquiry extends Msg {
  readonly kind: 'inquiry';
  readonly call: Call;
}

type Wish = (fx: Effects) => void;

interface Waiting {
  resolve(value: Json): void;
  reject(error: Error): void;
}

interface Timer {
  readonly f: () => void;
  readonly isQuiet: boolean;
}

const randomBits = 2 ** 32;
/** A week: what libraries set for later than that, no run comes to. */
const latestMs = 7 * 86_400_000;

/** What others may do with it. */
export interface Open {
  /** Answers a request, at any time. */
  answer(request: Json): Json | Promise<Json>;
  /** Takes a connection; null: it is refused. */
  accept: ((socket: VirtualSocket, port: number) => void) | null;
}

interface ResidentOptions {
  /** Null: nobody may do anything with it. */
  readonly open?: () => Open | null;
  /** Environment variables; absent: the process's own. */
  readonly env?: Variables | undefined;
}

export class Resident implements Wishing {
  readonly id: NodeId;
  readonly host: ResidentHost;
  readonly sockets: Sockets;
  private readonly config: NodeConfig;
  private readonly turns: Turns;
  private readonly open: () => Open | null;
  private readonly env: Variables | undefined;
  private readonly wishes: Wish[] = [];
  private readonly timers = new Map<number, Timer>();
  private readonly requests = new Map<number, Waiting>();
  private numbers = 0;
  private isWoken = false;
  /** As of the last event: code that runs between two events reads the same time throughout. */
  private world: World | null = null;

  constructor(config: NodeConfig, turns: Turns, { open = () => null, env }: ResidentOptions = {}) {
    this.config = config;
    this.turns = turns;
    this.open = open;
    this.env = env;
    this.id = config.id;
    this.sockets = this.makeSockets();
    this.host = this.makeHost();
  }

  get hasWishes(): boolean {
    return this.wishes.length > 0 || this.sockets.isDirty;
  }

  /** Runs the library's code at this event; then its promises have their turn. */
  enter(w: World, fx: Effects, f: () => void): void {
    this.isWoken = true;
    this.quietly(w, fx, f);
  }

  call(c: Call, w: World, fx: Effects, f: () => void): void {
    if (c.f === utter) this.utter(fx);
    else this.enter(w, fx, f);
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    if (m.kind === 'segment') {
      this.quietly(w, fx, () => this.sockets.received(from, m as Segment));
    } else if (m.kind === 'request') {
      const { id, value } = m as Request;
      this.enter(w, fx, () => this.asked(from, id, value));
    } else {
      this.answered(m as Answer, w, fx);
    }
  }

  timer(n: number, w: World, fx: Effects): void {
    const timer = this.timers.get(n);
    this.timers.delete(n);
    if (timer === undefined) return;
    if (timer.isQuiet) this.quietly(w, fx, timer.f);
    else this.enter(w, fx, timer.f);
  }

  wish(wish: Wish): void {
    this.wishes.push(wish);
  }

  /** Runs what may call the library's code, or not. */
  private quietly(w: World, fx: Effects, f: () => void): void {
    this.world = w;
    onBehalfOf({ host: this.host, sockets: this.sockets, env: this.env }, f);
    if (this.isWoken) {
      // What was written waits for the end of the turn, so that it goes together.
      this.utterWishes(fx);
      this.turns.ask(this);
    } else {
      this.utter(fx);
    }
    this.isWoken = false;
  }

  private utter(fx: Effects): void {
    this.sockets.flush();
    this.utterWishes(fx);
  }

  private utterWishes(fx: Effects): void {
    for (const wish of this.wishes.splice(0)) wish(fx);
  }

  private answered({ id, ok, value }: Answer, w: World, fx: Effects): void {
    const waiting = this.requests.get(id);
    this.requests.delete(id);
    if (waiting === undefined) return;
    this.enter(w, fx, () => {
      if (ok) waiting.resolve(value);
      else waiting.reject(new Error(String(value)));
    });
  }

  private asked(from: NodeId, id: number, value: Json): void {
    const reply = (ok: boolean, told: Json): void => this.send(from, answerOf(id, ok, told));
    const failed = (error: unknown): void =>
      reply(false, error instanceof Error ? error.message : String(error));
    try {
      const answer = this.open()?.answer(value) ?? null;
      if (answer instanceof Promise) answer.then((v: Json) => reply(true, v ?? null), failed);
      else reply(true, answer);
    } catch (error) {
      failed(error);
    }
  }

  private send(to: NodeId, m: Msg): void {
    this.wish((fx) => fx.send(to, m));
  }

  private setTimer(f: () => void, ms: number, isQuiet: boolean): () => void {
    const n = this.numbers++;
    this.timers.set(n, { f, isQuiet });
    if (ms <= latestMs) {
      this.wish((fx) => void fx.setTimer(0, Math.round(Math.max(0, ms) * 1_000), n));
    }
    return () => this.timers.delete(n);
  }

  private request(name: string, value: Json): Promise<Json> {
    return new Promise((resolve, reject) => {
      const node = nodeAt(this.config.shape, name);
      if (node < 0) {
        reject(new Error(`there is no node ${name}`));
        return;
      }
      const id = this.numbers++;
      this.requests.set(id, { resolve, reject });
      const asked: Request = { kind: 'request', id, value };
      this.send(node, asked);
    });
  }

  /** Asks a component of its own node. */
  ask(lane: Lane, asked: Omit<Call, 'id'>): Promise<Json> {
    return new Promise((resolve, reject) => {
      const id = this.numbers++;
      this.requests.set(id, { resolve, reject });
      const inquiry: Inquiry = { kind: 'inquiry', call: { id, ...asked } };
      this.wish((fx) => fx.send(this.id, inquiry, lane));
    });
  }

  private makeSockets(): Sockets {
    return new Sockets({
      id: this.id,
      shape: this.config.shape,
      now: () => this.host.now(),
      random: () => this.host.random(),
      send: (to, segment) => this.send(to, segment),
      setTimer: (f, ms) => this.setTimer(f, ms, false),
      setQuietTimer: (f, ms) => this.setTimer(f, ms, true),
      woken: () => {
        this.isWoken = true;
      },
      accept: () => this.open()?.accept ?? null,
    });
  }

  private makeHost(): ResidentHost {
    return {
      now: () => (this.world?.nowUs ?? 0) / 1_000,
      wall: () => Math.floor((this.world?.wallUs ?? 0) / 1_000),
      random: () => (this.world?.random(randomBits) ?? 0) / randomBits,
      setTimer: (f, ms) => this.setTimer(f, ms, false),
      request: (name, request) => this.request(name, request),
      observe: (e) => this.wish((fx) => fx.observe(e)),
    };
  }
}

function answerOf(id: number, ok: boolean, value: Json): Answer {
  return { kind: 'answer', id, ok, value };
}
