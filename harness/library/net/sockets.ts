/** All sockets of one simulated node or client, by connection. */
import type { NodeId } from '../../core/host.ts';
import type { Shape } from '../../core/program.ts';
import { Connection } from './connection.ts';
import type { ConnectionName, Told } from './connection.ts';
import type { Segment } from './segment.ts';
import { VirtualSocket } from './virtual-socket.ts';
import type { Line } from './virtual-socket.ts';

export interface SocketsHost {
  readonly id: NodeId;
  readonly shape: Shape;
  now(): number;
  random(): number;
  send(to: NodeId, segment: Segment): void;
  setTimer(f: () => void, ms: number): () => void;
  /** As `setTimer`, for what seldom calls code of the library: `woken` is called then. */
  setQuietTimer(f: () => void, ms: number): () => void;
  /** Code of the library is about to be called. */
  woken(): void;
  /** Takes what others open; null: they are refused. */
  accept(): ((socket: VirtualSocket, port: number) => void) | null;
}

/** Nodes and clients have the addresses 10.0.0.1, 10.0.0.2, … in the order of their ids. */
export function addressOf(id: NodeId): string {
  return `10.0.${Math.floor((id + 1) / 256)}.${(id + 1) % 256}`;
}

/** By its name or its address; -1: nobody is called so. */
export function nodeAt(shape: Shape, host: string): NodeId {
  const named = shape.nodes.findIndex((n) => n.name === host);
  return named >= 0 ? named : shape.nodes.findIndex((_, id) => addressOf(id) === host);
}

const connectionsMax = 2 ** 32;
let owners = 0;

export class Sockets implements Line {
  readonly owner = String(owners++);
  private readonly host: SocketsHost;
  private readonly connections = new Map<string, Connection>();
  private readonly dirty = new Set<Connection>();

  constructor(host: SocketsHost) {
    this.host = host;
  }

  get isDirty(): boolean {
    return this.dirty.size > 0;
  }

  socket(options?: { readonly allowHalfOpen?: boolean | undefined }): VirtualSocket {
    return new VirtualSocket(this, options);
  }

  open(host: string, port: number, told: Told): Connection | null {
    const to = nodeAt(this.host.shape, host);
    if (to < 0) return null;
    const connection = Math.floor(this.host.random() * connectionsMax);
    return this.make(to, { connection, isOpener: true, port }, told);
  }

  resolve(host: string): string | null {
    const id = nodeAt(this.host.shape, host);
    return id < 0 ? null : addressOf(id);
  }

  written(connection: Connection): void {
    this.dirty.add(connection);
  }

  setTimer(f: () => void, ms: number): () => void {
    return this.host.setTimer(f, ms);
  }

  /** Sends what was written, and acknowledges what came, since the last time. */
  flush(): void {
    for (const connection of this.dirty) connection.flush();
    this.dirty.clear();
  }

  received(from: NodeId, s: Segment): void {
    const known = this.connections.get(keyOf(from, s.connection, !s.fromOpener));
    if (known !== undefined && !known.isOver) {
      known.received(s);
      this.dirty.add(known);
      return;
    }
    const accept = this.host.accept();
    const isNew = s.what === 'open' && s.fromOpener && known === undefined;
    if (isNew && accept !== null) this.accepted(from, s, accept);
    else if (s.what !== 'reset') this.refuse(from, s);
  }

  private accepted(
    from: NodeId,
    s: Segment,
    accept: (socket: VirtualSocket, port: number) => void,
  ): void {
    const name = { connection: s.connection, isOpener: false, port: s.port };
    const socket = this.socket();
    const connection = socket.accept((told) => this.make(from, name, told), addressOf(from));
    connection.received(s);
    this.dirty.add(connection);
    this.host.woken();
    accept(socket, s.port);
  }

  private refuse(from: NodeId, { connection, fromOpener, port, seq, ack }: Segment): void {
    const what = 'reset';
    const to = { connection, fromOpener: !fromOpener, port, seq: ack, ack: seq, data: '' };
    this.host.send(from, { kind: 'segment', what, ...to });
  }

  private make(to: NodeId, name: ConnectionName, told: Told): Connection {
    const connection: Connection = new Connection(
      name,
      {
        send: (segment) => this.host.send(to, segment),
        setTimer: (f, ms) => this.host.setQuietTimer(f, ms),
        nowMs: () => this.host.now(),
      },
      this.waking(told),
    );
    this.connections.set(keyOf(to, name.connection, name.isOpener), connection);
    return connection;
  }

  private waking(told: Told): Told {
    const { host } = this;
    return {
      opened: () => {
        host.woken();
        told.opened();
      },
      data: (bytes) => {
        host.woken();
        told.data(bytes);
      },
      ended: () => {
        host.woken();
        told.ended();
      },
      failed: (code) => {
        host.woken();
        told.failed(code);
      },
    };
  }
}

function keyOf(other: NodeId, connection: number, isOpener: boolean): string {
  return `${other} ${connection} ${isOpener ? 'opener' : 'opened'}`;
}
