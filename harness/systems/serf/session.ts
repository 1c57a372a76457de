/** A client that asks whichever agent it is told to, by a connection that it keeps. */
import type { NodeId } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { SerfConnection } from './connection.ts';

export class SerfSession implements Session {
  private readonly endpoints: readonly Endpoint[];
  private readonly connections = new Map<NodeId, SerfConnection>();
  private readonly open = new Map<number, AbortController>();

  constructor(endpoints: readonly Endpoint[]) {
    this.endpoints = endpoints;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    const abort = new AbortController();
    this.open.set(op.id, abort);
    void this.ask(op, abort.signal).then((outcome) => {
      this.open.delete(op.id);
      done(outcome);
    });
  }

  /** The agent may stand still: its connection is given up with the question. */
  abandon(op: Operation): void {
    this.open.get(op.id)?.abort();
  }

  close(): void {
    for (const abort of this.open.values()) abort.abort();
    for (const connection of this.connections.values()) connection.close();
  }

  private async ask({ f, value }: Operation, signal: AbortSignal): Promise<Outcome> {
    if (f !== 'members') return { type: 'fail', error: `Serf has no operation ${f}` };
    const node = Number(value) % this.endpoints.length;
    const give = (): void => this.connections.get(node)?.close();
    signal.addEventListener('abort', give, { once: true });
    try {
      const connection = await this.connected(node, signal);
      const said = await connection.members();
      const alive = this.endpoints.flatMap(({ name }, m) =>
        said.get(name) === 'alive' ? [m] : [],
      );
      return { type: 'ok', value: alive, node };
    } catch (error) {
      give();
      // Whoever only asks changes nothing.
      return { type: 'fail', error: (error as Error).message };
    } finally {
      signal.removeEventListener('abort', give);
    }
  }

  private async connected(node: NodeId, signal: AbortSignal): Promise<SerfConnection> {
    const old = this.connections.get(node);
    if (old?.isOpen === true) return old;
    const connection = await SerfConnection.open(this.endpoints[node] as Endpoint, signal);
    this.connections.set(node, connection);
    return connection;
  }
}
