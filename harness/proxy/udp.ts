/**
 * A UDP proxy: an extension, `"protocol": "udp"`. Each address that sends is a session with a socket of
 * its own towards the server, so that answers find their way back.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { type Address, resolveUpstream } from './address.ts';
import type { Passage, PassageOptions } from './connection.ts';
import { DatagramFlow } from './datagrams.ts';
import type { Direction } from './toxic.ts';

/** A session in which nothing is said for so long is forgotten. */
const idleMs = 60_000;

/** Sessions at once; the oldest gives way, as in a router that translates addresses. */
const sessionsMax = 4_096;

export interface UdpDoor {
  readonly address: Address;
  close(): void;
}

/** Listens; `open` makes the options of a session. Rejects with the error of the bind. */
export async function listenUdp(
  address: Address,
  open: (session: (options: PassageOptions) => Passage) => void,
): Promise<UdpDoor> {
  const isV6 = address.host === '' || isIP(address.host) === 6;
  const socket = createSocket(isV6 ? 'udp6' : 'udp4');
  const sessions = new Map<string, UdpSession>();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(address.port, address.host === '' ? '::' : address.host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // As with TCP: what goes wrong with one datagram must not end the process.
  socket.on('error', () => {});
  socket.on('message', (bytes, from) => {
    const name = `${from.address} ${from.port}`;
    if (!sessions.has(name)) {
      if (sessions.size >= sessionsMax) sessions.values().next().value?.destroy();
      open((options) => {
        const session = new UdpSession(socket, from, {
          ...options,
          closed(passage) {
            sessions.delete(name);
            options.closed(passage);
          },
        });
        sessions.set(name, session);
        return session;
      });
    }
    sessions.get(name)?.fromClient(bytes);
  });
  const bound = socket.address();
  return {
    address: { host: bound.address, port: bound.port },
    close: () => socket.close(),
  };
}

class UdpSession implements Passage {
  private readonly server: Socket;
  private readonly options: PassageOptions;
  private readonly flows: Readonly<Record<Direction, DatagramFlow>>;
  private readonly idle: NodeJS.Timeout;
  private isClosed = false;

  constructor(door: Socket, client: RemoteInfo, options: PassageOptions) {
    this.options = options;
    const to = upstreamOf(options.upstream);
    this.server = createSocket(to !== null && isIP(to.host) === 6 ? 'udp6' : 'udp4');
    // Nobody listens there, as ICMP may tell: a datagram is lost, as it would be.
    this.server.on('error', () => {});
    this.server.on('message', (bytes) => {
      this.idle.refresh();
      this.flows.downstream.push(bytes);
    });
    const { random, counters } = options;
    this.flows = {
      upstream: new DatagramFlow(counters.upstream, random.fork('upstream'), (bytes) => {
        if (to !== null) this.server.send(bytes, to.port, to.host, () => {});
      }),
      downstream: new DatagramFlow(counters.downstream, random.fork('downstream'), (bytes) => {
        door.send(bytes, client.port, client.address, () => {});
      }),
    };
    for (const direction of ['upstream', 'downstream'] as const) {
      for (const toxic of options.toxics(direction)) this.flows[direction].add(toxic);
    }
    this.idle = setTimeout(() => this.destroy(), idleMs).unref();
  }

  fromClient(bytes: Buffer): void {
    this.idle.refresh();
    this.flows.upstream.push(bytes);
  }

  flow(direction: Direction): DatagramFlow {
    return this.flows[direction];
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.idle);
    this.flows.upstream.close();
    this.flows.downstream.close();
    this.server.close();
    this.options.closed(this);
  }
}

/** Null: it leads nowhere, and what is sent there is lost. */
function upstreamOf(upstream: string): Address | null {
  try {
    return resolveUpstream(upstream);
  } catch {
    return null;
  }
}
