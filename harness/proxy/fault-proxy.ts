/** One proxy: a listener, the connections through it, and their toxics. */
import { createServer, type Socket } from 'node:net';
import type { Prng } from '../core/prng.ts';
import { type Address, joinHostPort, resolveListen } from './address.ts';
import { Connection, type Passage, type PassageOptions } from './connection.ts';
import type { FlowCounters } from './flow.ts';
import type { Direction, Protocol, Toxic } from './toxic.ts';
import { listenUdp } from './udp.ts';

/** What makes a proxy another one when it changes. */
interface Place {
  readonly listen: string;
  readonly upstream: string;
  readonly protocol: Protocol;
  readonly halfClose: boolean;
}

interface ProxyFields extends Place {
  readonly enabled: boolean;
}

/** What listens. */
interface Door {
  readonly address: Address;
  close(): void;
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
  readonly protocol: Protocol;
  halfClose: boolean;
  readonly counters: ProxyCounters = {
    connections: 0,
    opened: 0,
    broken: 0,
    upstream: { received: 0, sent: 0, dropped: 0, delayed: 0 },
    downstream: { received: 0, sent: 0, dropped: 0, delayed: 0 },
  };
  /** How often it was stopped. */
  stops = 0;
  private readonly random: Prng;
  private door: Door | null = null;
  private readonly connections = new Set<Passage>();
  private readonly chains: Record<Direction, Toxic[]> = { upstream: [], downstream: [] };

  constructor(fields: Place & { readonly name: string }, random: Prng) {
    this.name = fields.name;
    this.listen = fields.listen;
    this.upstream = fields.upstream;
    this.protocol = fields.protocol;
    this.halfClose = fields.halfClose;
    this.random = random.fork(fields.name);
  }

  get isEnabled(): boolean {
    return this.door !== null;
  }

  /** All upstream, then all downstream, each in order of adding. */
  get toxics(): readonly Toxic[] {
    return [...this.chains.upstream, ...this.chains.downstream];
  }

  /** Begins to listen. Throws an Error in Go's words. */
  async start(): Promise<void> {
    if (this.door !== null) return;
    const isTcp = this.protocol === 'tcp';
    this.door = await doorAt(this.protocol, this.listen, (address) =>
      isTcp
        ? listenTcp(address, (client) => this.accept(client))
        : listenUdp(address, (session) => this.open(session)),
    );
    this.listen = joinHostPort(this.door.address.host, this.door.address.port);
  }

  /** Stops listening and closes every connection, at once. Toxics stay. */
  stop(): void {
    if (this.door === null) return;
    this.door.close();
    this.door = null;
    this.stops += 1;
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
      this.halfClose = to.halfClose;
    }
    if (to.enabled) await this.start();
    else this.stop();
  }

  /** Whether `to` means another address or upstream. Throws an Error in Go's words. */
  async differs(to: Place): Promise<boolean> {
    const address = await resolveListen(to.listen);
    return (
      joinHostPort(address.host, address.port) !== this.listen ||
      to.upstream !== this.upstream ||
      to.protocol !== this.protocol ||
      to.halfClose !== this.halfClose
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
    if (this.door === null) client.destroy();
    else this.open((options) => new Connection(client, options));
  }

  private open(passage: (options: PassageOptions) => Passage): void {
    this.counters.opened += 1;
    this.counters.connections += 1;
    const opened = passage({
      upstream: this.upstream,
      halfClose: this.halfClose,
      random: this.random.fork(this.counters.opened),
      counters: this.counters,
      toxics: (direction) => this.chains[direction],
      closed: (c) => {
        if (this.connections.delete(c)) this.counters.connections -= 1;
      },
    });
    this.connections.add(opened);
  }
}

/** Listens at `text` by `listen`. Throws an Error in Go's words. */
async function doorAt(
  protocol: Protocol,
  text: string,
  listen: (address: Address) => Promise<Door>,
): Promise<Door> {
  let tried = '';
  try {
    const address = await resolveListen(text);
    tried = ` ${joinHostPort(address.host, address.port)}: bind`;
    // As in Go, either of them stands for both families.
    return await listen(address.host === '0.0.0.0' ? { ...address, host: '' } : address);
  } catch (e) {
    const why = inGoWords(e as NodeJS.ErrnoException);
    throw new Error(`listen ${protocol}${tried}: ${why}`, { cause: e });
  }
}

async function listenTcp({ host, port }: Address, accept: (client: Socket) => void): Promise<Door> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  server.on('connection', accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...(host !== '' && { host }), port, backlog: 1_024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no address');
  // Errors of accept (too many open files) must not end the process; the next accept may succeed.
  server.on('error', () => {});
  return { address: { host: bound.address, port: bound.port }, close: () => server.close() };
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
