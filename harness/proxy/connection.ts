/** A client's connection through a proxy: two sockets, two flows. */
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Prng } from '../core/prng.ts';
import { resolveUpstream } from './address.ts';
import { Flow, type FlowCounters } from './flow.ts';
import { ReadBuffer } from './read-buffer.ts';
import type { Direction, Toxic } from './toxic.ts';

/** A connection, or a session of datagrams, on its way through a proxy. */
export interface Passage {
  /** Null before the server has answered. */
  flow(direction: Direction): Passing | null;
  destroy(): void;
}

/** One direction of it. */
interface Passing {
  add(toxic: Toxic): void;
  change(toxic: Toxic): void;
  remove(toxic: Toxic): void;
}

export interface PassageOptions {
  /** `host:port` of the server behind the proxy. */
  readonly upstream: string;
  readonly random: Prng;
  readonly counters: Readonly<Record<Direction, FlowCounters>>;
  /** The toxics of the moment, asked for once the server has answered. */
  readonly toxics: (direction: Direction) => readonly Toxic[];
  /** A side that ends leaves the other open: an extension. */
  readonly halfClose: boolean;
  /** All is over. */
  closed(passage: Passage): void;
}

export class Connection implements Passage {
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly options: PassageOptions;
  private flows: Readonly<Record<Direction, Flow>> | null = null;

  /** `client` is paused; it is read once the server has answered. A server that does not: FIN. */
  constructor(client: Socket, options: PassageOptions) {
    this.client = client;
    this.options = options;
    this.server = dial(options.upstream, (chunk) => this.flows?.downstream.receive(chunk) ?? true);
    this.server.once('connect', () => this.start());
    for (const [socket, other] of [
      [client, this.server],
      [this.server, client],
    ] as const) {
      // What goes wrong with a socket shows in its 'close'.
      socket.on('error', () => {});
      socket.on('close', () => {
        if (this.flows === null) other.destroy();
        if (other.closed) options.closed(this);
      });
    }
  }

  flow(direction: Direction): Flow | null {
    return this.flows?.[direction] ?? null;
  }

  destroy(): void {
    this.closeFlows();
    this.client.destroy();
    this.server.destroy();
  }

  private start(): void {
    if (this.client.destroyed) return;
    const { random, counters, toxics, halfClose } = this.options;
    const reset = () => this.reset();
    const up = { source: this.client, target: this.server, halfClose };
    const down = { source: this.server, target: this.client, halfClose };
    this.flows = {
      upstream: new Flow(up, counters.upstream, random.fork('upstream'), reset),
      downstream: new Flow(down, counters.downstream, random.fork('downstream'), reset),
    };
    const { upstream } = this.flows;
    this.client.on('data', (chunk: Buffer) => upstream.receive(chunk));
    this.flows.upstream.start(toxics('upstream'));
    this.flows.downstream.start(toxics('downstream'));
  }

  private reset(): void {
    this.closeFlows();
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }

  private closeFlows(): void {
    this.flows?.upstream.close();
    this.flows?.downstream.close();
  }
}

/**
 * A socket that connects, or closes where `upstream` leads nowhere: never throws. `received` gives whether
 * nobody holds the chunk any more. Node has this way of reading for sockets that connect alone.
 */
function dial(upstream: string, received: (chunk: Buffer) => boolean): Socket {
  const buffer = new ReadBuffer();
  const onread: ConnectOpts['onread'] = {
    buffer: buffer.next,
    callback(bytes, into) {
      const isFree = received(Buffer.from(into.buffer, into.byteOffset, bytes));
      buffer.read(bytes, isFree);
      return true;
    },
  };
  // `connect` ignores noDelay, and without it a second small message waits 40 ms for word of the first.
  const options: SocketConstructorOpts & ConnectOpts & { readonly noDelay: true } = {
    allowHalfOpen: true,
    noDelay: true,
    onread,
  };
  const socket = new Socket(options);
  socket.once('close', () => buffer.close());
  try {
    socket.connect(resolveUpstream(upstream));
  } catch (e) {
    // No port, no such service, a host that no name can be: the client sees what a refusal shows.
    socket.destroy(e as Error);
  }
  return socket;
}
