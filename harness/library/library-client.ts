/** A client of the simulation in which a library lives: its promises on one side, events on the other. */
import type { Call, Component, Effects, Json, Msg, NodeId, World } from '../core/host.ts';
import type { Operation } from '../core/program.ts';
import type { NodeConfig, Outcome } from '../core/system.ts';
import type { LibraryClientForm, LibraryDefinition } from './definition.ts';
import { Resident } from './resident.ts';
import type { Turns } from './turns.ts';

export class LibraryClient implements Component {
  private readonly definition: LibraryDefinition;
  private readonly config: NodeConfig;
  private readonly resident: Resident;
  private library: LibraryClientForm | null = null;

  constructor(definition: LibraryDefinition, config: NodeConfig, turns: Turns) {
    this.definition = definition;
    this.config = config;
    this.resident = new Resident(config, turns, { env: definition.env });
  }

  start(_: Iterable<unknown>, w: World, fx: Effects): void {
    const { id, shape, settings } = this.config;
    const host = { ...this.resident.host, client: id - shape.nodes.length };
    this.resident.enter(w, fx, () => {
      this.library = this.definition.client(host, settings);
    });
  }

  call(c: Call, w: World, fx: Effects): void {
    const op: Operation = { id: c.id, afterUs: 0, f: c.f, key: c.key, value: c.value };
    const done = (outcome: Outcome): void =>
      this.resident.wish((f) => f.reply(c.id, outcome as Json));
    this.resident.call(c, w, fx, () => void this.perform(op).then(done));
  }

  message(from: NodeId, m: Msg, w: World, fx: Effects): void {
    this.resident.message(from, m, w, fx);
  }

  timer(_: number, n: number, w: World, fx: Effects): void {
    this.resident.timer(n, w, fx);
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
}
