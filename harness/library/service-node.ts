/**
 * A node that serves the library, by answers or by connections. Its memory goes with a crash, as a real
 * one's does; what it has saved stays.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Lane,
  Msg,
  NodeId,
  Rec,
  World,
} from '../core/host.ts';
import type { NodeConfig } from '../core/system.ts';
import type { LibraryDefinition, ServiceForm } from './definition.ts';
import { Resident } from './resident.ts';
import type { Open } from './resident.ts';
import type { Turns } from './turns.ts';

interface Saved extends Rec {
  readonly kind: 'saved';
  readonly value: Json;
}

function savedOf(value: Json): Saved {
  return { kind: 'saved', value };
}

export class ServiceNode implements Component {
  private readonly definition: LibraryDefinition;
  private readonly config: NodeConfig;
  private readonly resident: Resident;
  private service: Open | null = null;

  constructor(definition: LibraryDefinition, config: NodeConfig, turns: Turns) {
    this.definition = definition;
    this.config = config;
    this.resident = new Resident(config, turns, { open: () => this.service });
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    const { id, shape, settings } = this.config;
    const host = {
      ...this.resident.host,
      node: id,
      shape,
      saved: [...records].map((r) => (r as Saved).value),
      save: (value: Json) => this.resident.wish((f) => void f.persist(savedOf(value))),
      ask: (lane: Lane, asked: Omit<Call, 'id'>) => this.resident.ask(lane, asked),
    };
    this.resident.enter(w, fx, () => {
      this.service = openOf(this.definition.service(host, settings));
    });
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    this.resident.message(from, m, w, fx);
  }

  call(c: Call, w: World, fx: Effects): void {
    // Nobody calls a service from outside, but for the end of a turn.
    this.resident.call(c, w, fx, () => undefined);
  }

  timer(_: number, n: number, w: World, fx: Effects): void {
    this.resident.timer(n, w, fx);
  }

  durable(): void {
    // What waits for it is held back by the driver.
  }
}

function openOf(service: ReturnType<LibraryDefinition['service']>): Open {
  const form: ServiceForm = typeof service === 'function' ? { answer: service } : service;
  const refuse = (): never => {
    throw new Error('this node answers by connections only');
  };
  return { answer: form.answer ?? refuse, accept: form.accept ?? null };
}
