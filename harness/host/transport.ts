/**
 * Messages between the nodes and clients of one run, over TCP.
 *
 * What node a sends to node b travels only on connections that a opened to b, through the proxy
 * `a->b`; b's answers travel on b's own. So one fault on one proxy is one directed fault. There is one
 * connection a lane, so that bulk does not hold up pings. A client has one two-way connection to a
 * node. Addresses come from the launch value alone.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { z } from 'zod';
import type { Lane, Msg, NodeId } from '../core/host.ts';
import { Dial, readFrames } from './dial.ts';
import type { LinkFilter } from './message-faults.ts';
import type { ConnectionGate } from './connection-gate.ts';
import { frameOf, FrameReader } from './frames.ts';
import type { Address } from './launch.ts';
import type { Outbox } from './outbox.ts';
import type { ProbeAnswers } from './probe.ts';

export interface TransportOptions {
  readonly run: string;
  readonly self: NodeId;
  /** Ids below this are nodes, the others workload clients. */
  readonly nodes: number;
  readonly lanes: number;
  readonly peers: Readonly<Record<NodeId, Address>>;
  readonly filter: LinkFilter;
  /** Where messages wait for the end of this turn of the event loop. */
  readonly outbox: Outbox;
  /** JSON of a message. Default: `JSON.stringify`. */
  readonly textOf?: (lane: Lane, m: Msg) => string;
  readonly onMessage: (from: NodeId, lane: Lane, m: Msg) => void;
  /** Questions about links are answered; absent: they are strangers. */
  readonly probes?: ProbeAnswers;
  /** What keeps it from opening and taking connections; absent: nothing ever does. */
  readonly gate?: ConnectionGate;
}

/** A connection must introduce itself within this. */
const helloMsMax = 5_000;

export class Transport {
  private readonly o: TransportOptions;
  private readonly dials = new Map<string, Dial>();
  private readonly inbound = new Set<Socket>();
  /** The latest connection of each client that dialled in. */
  private readonly clients = new Map<NodeId, Socket>();
  private server: Server | null = null;
  private isClosed = false;
  private lost = 0;
  /** The message that was sent last, and its bytes. */
  private last: { readonly lane: Lane; readonly m: Msg; readonly frame: Buffer | null } | null =
    null;
  /** Messages that no frame holds; `dropped` counts them too. */
  tooLong = 0;
  /** Messages that a component sent, by receiver, whatever became of them. */
  readonly sent = new Map<NodeId, number>();

  constructor(options: TransportOptions) {
    this.o = options;
  }

  /** Takes connections at `address`. Rejects with the system's error, EADDRINUSE for one. */
  async listen(address: Address): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.accept(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.port, address.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  }

  /** A datagram: it leaves with this turn of the event loop or never. */
  send(to: NodeId, lane: Lane, m: Msg): void {
    this.sent.set(to, (this.sent.get(to) ?? 0) + 1);
    const frame = this.frameOf(lane, m);
    if (frame === null) {
      this.lost += 1;
      this.tooLong += 1;
      return;
    }
    this.o.filter.pass(to, () => this.deliver(to, lane, frame));
  }

  /** What goes to several is encoded once. */
  private frameOf(lane: Lane, m: Msg): Buffer | null {
    if (this.last?.m !== m || this.last.lane !== lane) {
      const text = this.o.textOf?.(lane, m) ?? JSON.stringify(m);
      this.last = { lane, m, frame: frameOf(`{"lane":${lane},"m":${text}}`) };
    }
    return this.last.frame;
  }

  /** Messages that never left for want of a connection or of room. */
  get dropped(): number {
    let n = this.lost;
    for (const d of this.dials.values()) n += d.dropped;
    return n;
  }

  /** A question on the connection that messages to a node take: for how long that has been open, µs, or null. */
  ask(to: NodeId, frame: Buffer): number | null {
    const [first = null] = ['', '/0'].flatMap((lane) => this.dials.get(`${to}${lane}`) ?? []);
    return first?.sendIfOpen(frame) ?? null;
  }

  /** Lets out what was sent, ends all connections and takes no more. */
  close(): void {
    this.o.outbox.flush();
    this.isClosed = true;
    for (const d of this.dials.values()) d.close();
    for (const s of this.inbound) s.destroy();
    this.server?.close();
  }

  private deliver(to: NodeId, lane: Lane, frame: Buffer): void {
    if (this.isClosed) return;
    const dial = this.dialTo(to, lane);
    if (dial !== null) {
      dial.send(frame);
      return;
    }
    const client = this.clients.get(to);
    if (client === undefined || !this.o.outbox.write(client, frame)) this.lost += 1;
  }

  private dialTo(to: NodeId, lane: Lane): Dial | null {
    const isClient = this.o.self >= this.o.nodes;
    const name = isClient ? `${to}` : `${to}/${lane}`;
    const known = this.dials.get(name);
    if (known !== undefined) return known;
    const address = this.o.peers[to];
    if (address === undefined) return null;
    const dial = new Dial({
      address,
      outbox: this.o.outbox,
      hello: { run: this.o.run, from: this.o.self },
      mayOpen: () => this.o.gate?.mayOpen() ?? true,
      ...(isClient && { onValue: (v: unknown) => this.value(to, v) }),
    });
    this.dials.set(name, dial);
    return dial;
  }

  private accept(socket: Socket): void {
    if (this.o.gate?.mayTake() === false) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    this.inbound.add(socket);
    const reader = new FrameReader();
    let from: NodeId | null = null;
    let isProbe = false;
    socket.setTimeout(helloMsMax, () => socket.destroy());
    socket.on('data', (chunk) =>
      readFrames(socket, reader, chunk, (v) => {
        if (from !== null) this.value(from, v);
        else if (isProbe || this.o.probes?.take(socket, v) === true) isProbe = true;
        else from = this.greet(socket, v);
      }),
    );
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.inbound.delete(socket);
      if (from !== null && this.clients.get(from) === socket) this.clients.delete(from);
    });
  }

  /** Who has dialled in; null and the end of the connection when it is nobody of this run. */
  private greet(socket: Socket, value: unknown): NodeId | null {
    const hello = helloSchema.safeParse(value);
    if (!hello.success || hello.data.run !== this.o.run || hello.data.from === this.o.self) {
      socket.destroy();
      return null;
    }
    socket.setTimeout(0);
    const { from } = hello.data;
    if (from >= this.o.nodes) this.clients.set(from, socket);
    return from;
  }

  private value(from: NodeId, value: unknown): void {
    if (this.isClosed || !isEnvelope(value) || value.lane >= this.o.lanes) {
      if ((this.o.probes?.note(value) ?? null) !== null) return;
      this.lost += 1;
      return;
    }
    this.o.onMessage(from, value.lane, value.m);
  }
}

const helloSchema = z.object({ run: z.string(), from: z.number().int().nonnegative() });

/** By hand: this is on the path of every message. */
function isEnvelope(value: unknown): value is { readonly lane: Lane; readonly m: Msg } {
  if (typeof value !== 'object' || value === null) return false;
  const { lane, m } = value as { lane?: unknown; m?: { kind?: unknown } | null };
  return Number.isInteger(lane) && (lane as number) >= 0 && typeof m?.kind === 'string';
}
