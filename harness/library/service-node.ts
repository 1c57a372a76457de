/** A node that answers what the library asks: its memory goes with a crash, as a real one's does. */
import type { Component, Effects, Json, Msg, NodeId, World } from '../core/host.ts';
import type { NodeConfig } from '../core/system.ts';
import type { LibraryDefinition, Service } from './definition.ts';

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

export class ServiceNode implements Component {
  private readonly definition: LibraryDefinition;
  private readonly config: NodeConfig;
  private service: Service = () => null;
  private nowUs = 0;
  private effects: Effects | null = null;

  constructor(definition: LibraryDefinition, config: NodeConfig) {
    this.definition = definition;
    this.config = config;
  }

  start(_: Iterable<unknown>, w: World, fx: Effects): void {
    this.within(w, fx, () => {
      this.service = this.definition.service(
        {
          node: this.config.id,
          now: () => this.nowUs / 1_000,
          observe: (e) => this.effects?.observe(e),
        },
        this.config.settings,
      );
    });
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    const { id, value } = m as Request;
    this.within(w, fx, () => fx.send(from, this.answer(id, value)));
  }

  call(): void {
    // Nobody calls a service from outside.
  }

  timer(): void {
    // It sets none.
  }

  durable(): void {
    // It persists nothing.
  }

  private answer(id: number, value: Json): Answer {
    try {
      return { kind: 'answer', id, ok: true, value: this.service(value) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'answer', id, ok: false, value: why };
    }
  }

  private within(w: World, fx: Effects, f: () => void): void {
    this.nowUs = w.nowUs;
    this.effects = fx;
    f();
    this.effects = null;
  }
}
