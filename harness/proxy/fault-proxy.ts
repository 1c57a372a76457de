/** One proxy: a listener, the connections through it, and their toxics. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Prng } from '../core/prng.ts';
import { joinHostPort, resolveListen } from './address.ts';
import { Connection } from './connection.ts';
import type { FlowCounters } from './flow.ts';
import type { Direction, Toxic } from './toxic.ts';

export interface ProxyFields {
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

export interface ProxyCounters {
  /** Connections open now, opened ever, and closed because the proxy was stopped. */
  connections: number;
  opened: number;
  broken: number;
  readonly upstream: FlowCounters;
  readonly downstream: FlowCounters;
}

export class FaultProxy {
  readonly name: string;
  /** As given; once started, the address that is listened on. */
  listen: string;
  upstream: string;
  readonly counters: ProxyCounters = {
    connections: 0,
    opened: 0,
    broken: 0,
    upstream: { received: 0, sent: 0, dropped: 0, delayed: 0 },
    downstream: { received: 0, sent: 0, dropped: 0, delayed: 0 },
  };
  private readonly random: Prng;
  private listener: Server | null = null;
  private readonly connections = new Set<Connection>();
  private readonly chains: Record<Direction, Toxic[]> = { upstream: [], downstream: [] };

  constructor(fields: { name: string; listen: string; upstream: string }, random: Prng) {
    this.name = fields.name;
    this.listen = fields.listen;
    this.upstream = fields.upstream;
    this.random = random.fork(fields.name);
  }

  get isEnabled(): boolean {
    return this.listener !== null;
  }

  /** All upstream, then all downstream, each in order of adding. */
  get toxics(): readonly Toxic[] {
    return [...this.chains.upstream, ...this.chains.downstream];
  }

  /** Begins to listen. Throws an Error in Go's words. */
  async start(): Promise<void> {
    if (this.listener !== null) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    server.on('connection', (client) => this.accept(client));
    this.listen = await listenOn(server, this.listen);
    this.listener = server;
  }

  /** Stops listening and closes every connection, at once. Toxics stay. */
  stop(): void {
    if (this.listener === null) return;
    this.listener.close();
    this.listener = null;
    this.counters.broken += this.connections.size;
    for (const connection of this.connections) connection.destroy();
  }

  /**
   * Changes fields as Toxiproxy does: a new address restarts the proxy, and one that cannot be
   * listened on is kept all the same, with the proxy stopped. Throws an Error in Go's words.
   */
  async update(to: ProxyFields): Promise<void> {
    if (await this.differs(to)) {
      this.stop();
      this.listen = to.listen;
      this.upstream = to.upstream;
    }
    if (to.enabled) await this.start();
    else this.stop();
  }

  /** Whether `to` means another address or upstream. Throws an Error in Go's words. */
  async differs(to: { readonly listen: string; readonly upstream: string }): Promise<boolean> {
    const address = await resolveListen(to.listen);
    return (
      joinHostPort(address.host, address.port) !== this.listen || to.upstream !== this.upstream
    );
  }

  toxic(name: string): Toxic | undefined {
    return this.toxics.find((t) => t.name === name);
  }

  addToxic(toxic: Toxic): void {
    this.chains[toxic.direction].push(toxic);
    for (const connection of this.connections) connection.flow(toxic.direction)?.add(toxic);
  }

  /** To be called after attributes or toxicity of `toxic` were changed. */
  toxicChanged(toxic: Toxic): void {
    for (const connection of this.connections) connection.flow(toxic.direction)?.change(toxic);
  }

  removeToxic(toxic: Toxic): void {
    const chain = this.chains[toxic.direction];
    chain.splice(chain.indexOf(toxic), 1);
    for (const connection of this.connections) connection.flow(toxic.direction)?.remove(toxic);
  }

  private accept(client: Socket): void {
    if (this.listener === null) {
      client.destroy();
      return;
    }
    this.counters.opened += 1;
    this.counters.connections += 1;
    const connection = new Connection(client, {
      upstream: this.upstream,
      random: this.random.fork(this.counters.opened),
      counters: this.counters,
      toxics: (direction) => this.chains[direction],
      closed: (c) => {
        if (this.connections.delete(c)) this.counters.connections -= 1;
      },
    });
    this.connections.add(connection);
  }
}

/** Listens, and gives the address as `host:port`. */
async function listenOn(server: Server, text: string): Promise<string> {
  let tried = '';
  try {
    const address = await resolveListen(text);
    tried = ` ${joinHostPort(address.host, address.port)}: bind`;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // As in Go, either of them stands for both families.
      const isAny = address.host === '' || address.host === '0.0.0.0';
      const host = isAny ? {} : { host: address.host };
      server.listen({ ...host, port: address.port, backlog: 1_024 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (e) {
    throw new Error(`listen tcp${tried}: ${inGoWords(e as NodeJS.ErrnoException)}`, { cause: e });
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('listen tcp: no address');
  // Errors of accept (too many open files) must not end the process; the next accept may succeed.
  server.on('error', () => {});
  return joinHostPort(bound.address, bound.port);
}

const goWords: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
  EMFILE: 'too many open files',
};

function inGoWords(e: NodeJS.ErrnoException): string {
  return goWords[e.code ?? ''] ?? e.message;
}
