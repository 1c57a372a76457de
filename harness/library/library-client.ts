/** A client of the simulation in which a library lives: its promises on one side, events on the other. */
import type { Call, Component, Effects, Json, Msg, NodeId, World } from '../core/host.ts';
import type { Observation } from '../core/observation.ts';
import type { Operation } from '../core/program.ts';
import type { NodeConfig, Outcome } from '../core/system.ts';
import type { LibraryClientForm, LibraryDefinition, LibraryHost } from './definition.ts';
import type { Answer, Request } from './service-node.ts';
import { utter } from './turns.ts';
import type { Turns, Wishing } from './turns.ts';
import { onBehalfOf } from './virtual-globals.ts';

type Wish = (fx: Effects) => void;

interface Waiting {
  resolve(value: Json): void;
  reject(error: Error): void;
}

const randomBits = 2 ** 32;

export class LibraryClient implements Component, Wishing {
  readonly id: NodeId;
  private readonly definition: LibraryDefinition;
  private readonly config: NodeConfig;
  private readonly turns: Turns;
  private readonly host: LibraryHost;
  private library: LibraryClientForm | null = null;
  private readonly wishes: Wish[] = [];
  private readonly timers = new Map<number, () => void>();
  private readonly requests = new Map<number, Waiting>();
  private numbers = 0;
  /** As of the last event: code that runs between two events reads the same time throughout. */
  private world: World | null = null;

  constructor(definition: LibraryDefinition, config: NodeConfig, turns: Turns) {
    this.definition = definition;
    this.config = config;
    this.turns = turns;
    this.id = config.id;
    this.host = this.makeHost();
  }

  get hasWishes(): boolean {
    return this.wishes.length > 0;
  }

  start(_: Iterable<unknown>, w: World, fx: Effects): void {
    this.enter(w, fx, () => {
      this.library = this.definition.client(this.host, this.config.settings);
    });
  }

  call(c: Call, w: World, fx: Effects): void {
    if (c.f === utter) {
      this.utter(fx);
      return;
    }
    const op: Operation = { id: c.id, afterUs: 0, f: c.f, key: c.key, value: c.value };
    const done = (outcome: Outcome): void => this.wish((f) => f.reply(c.id, outcome as Json));
    this.enter(w, fx, () => void this.perform(op).then(done));
  }

  message(_: NodeId, m: Msg, w: World, fx: Effects): void {
    const { id, ok, value } = m as Answer;
    const waiting = this.requests.get(id);
    this.requests.delete(id);
    if (waiting === undefined) return;
    this.enter(w, fx, () => {
      if (ok) waiting.resolve(value);
      else waiting.reject(new Error(String(value)));
    });
  }

  timer(_: number, n: number, w: World, fx: Effects): void {
    const f = this.timers.get(n);
    this.timers.delete(n);
    if (f !== undefined) this.enter(w, fx, f);
  }

  durable(): void {
    // It persists nothing.
  }

  private async perform(op: Operation): Promise<Outcome> {
    try {
      const value = await (this.library as LibraryClientForm).perform(op);
      return { type: 'ok', value: value ?? null };
    } catch (error) {
      const told = this.definition.outcomeOf?.(error, op);
      return (
        told ?? { type: 'info', error: error instanceof Error ? error.message : String(error) }
      );
    }
  }

  /** Runs the library's code at this event; then its promises have their turn. */
  private enter(w: World, fx: Effects, f: () => void): void {
    this.world = w;
    onBehalfOf(this.host, f);
    this.utter(fx);
    this.turns.ask(this);
  }

  private wish(wish: Wish): void {
    this.wishes.push(wish);
  }

  private utter(fx: Effects): void {
    for (const wish of this.wishes.splice(0)) wish(fx);
  }

  private makeHost(): LibraryHost {
    const { shape } = this.config;
    return {
      client: this.id - shape.nodes.length,
      now: () => (this.world?.nowUs ?? 0) / 1_000,
      wall: () => Math.floor((this.world?.wallUs ?? 0) / 1_000),
      random: () => (this.world?.random(randomBits) ?? 0) / randomBits,
      setTimer: (f, ms) => {
        const n = this.numbers++;
        this.timers.set(n, f);
        this.wish((fx) => void fx.setTimer(0, Math.round(Math.max(0, ms) * 1_000), n));
        return () => this.timers.delete(n);
      },
      request: (name, request) =>
        new Promise((resolve, reject) => {
          const node = shape.nodes.findIndex((n) => n.name === name);
          if (node < 0) {
            reject(new Error(`there is no node ${name}`));
            return;
          }
          const id = this.numbers++;
          this.requests.set(id, { resolve, reject });
          const m: Request = { kind: 'request', id, value: request };
          this.wish((fx) => fx.send(node, m));
        }),
      observe: (e: Observation) => this.wish((fx) => fx.observe(e)),
    };
  }
}
