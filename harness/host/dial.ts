/**
 * One connection that its opener keeps up: it connects at the first message and again whenever it
 * breaks. Messages are datagrams: what cannot leave soon is dropped and counted, never kept for a
 * better day, so that an old message is late by a fault and not by this code.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { encodeFrame, FrameReader } from './frames.ts';
import type { Address } from './launch.ts';
import type { Outbox } from './outbox.ts';

export interface DialOptions {
  readonly address: Address;
  readonly outbox: Outbox;
  /** The first value on every new connection. */
  readonly hello: unknown;
  /** May a connection be opened now? Absent: always. */
  readonly mayOpen?: (() => boolean) | undefined;
  /** Values that come back; absent: the connection is one-way. */
  readonly onValue?: (value: unknown) => void;
}

/** A broken connection is opened again after this. */
const redialMs = 100;
/** A connection that is not there after this is given up and tried again. */
const connectMsMax = 2_000;
/** Frames that wait for the connection to open; past it the oldest is dropped. */
const waitingMax = 256;
export class Dial {
  private readonly o: DialOptions;
  private state: 'idle' | 'connecting' | 'open' | 'resting' | 'closed' = 'idle';
  private socket: Socket | null = null;
  private waiting: Buffer[] = [];
  private redial: NodeJS.Timeout | null = null;
  private openedMs = 0;
  /** Frames that never left. */
  dropped = 0;

  constructor(options: DialOptions) {
    this.o = options;
  }

  send(frame: Buffer): void {
    if (this.state === 'idle') this.connect();
    if (this.state === 'connecting') {
      this.waiting.push(frame);
      if (this.waiting.length > waitingMax) {
        this.waiting.shift();
        this.dropped += 1;
      }
    } else if (this.state === 'open' && this.socket !== null) {
      if (!this.o.outbox.write(this.socket, frame)) this.dropped += 1;
    } else {
      this.dropped += 1;
    }
  }

  /** Sends only on a connection that is open; gives for how long it has been, µs, or null: there is none. */
  sendIfOpen(frame: Buffer): number | null {
    if (this.state !== 'open' || this.socket === null) return null;
    const isSent = this.o.outbox.write(this.socket, frame);
    return isSent ? Math.round((performance.now() - this.openedMs) * 1_000) : null;
  }

  /** Opens the connection without waiting for a message. */
  connect(): void {
    if (this.state !== 'idle' && this.state !== 'resting') return;
    if (this.o.mayOpen?.() === false) {
      this.broken();
      return;
    }
    this.state = 'connecting';
    const socket = connect({ ...this.o.address, noDelay: true });
    this.socket = socket;
    const reader = new FrameReader();
    socket.setTimeout(connectMsMax, () => socket.destroy());
    socket.on('connect', () => this.opened(socket));
    socket.on('data', (chunk) => {
      if (this.o.onValue !== undefined) readFrames(socket, reader, chunk, this.o.onValue);
    });
    // Every error is followed by `close`.
    socket.on('error', () => undefined);
    socket.on('close', () => this.broken());
  }

  close(): void {
    this.state = 'closed';
    if (this.redial !== null) clearTimeout(this.redial);
    this.socket?.destroy();
    this.waiting = [];
  }

  private opened(socket: Socket): void {
    if (this.state === 'closed') return;
    this.state = 'open';
    this.openedMs = performance.now();
    socket.setTimeout(0);
    const { hello, outbox } = this.o;
    const first = encodeFrame(hello);
    if (first !== null) outbox.write(socket, first);
    for (const frame of this.waiting) outbox.write(socket, frame);
    this.waiting = [];
  }

  private broken(): void {
    this.dropped += this.waiting.length;
    this.waiting = [];
    this.socket = null;
    if (this.state === 'closed') return;
    this.state = 'resting';
    this.redial = setTimeout(() => this.connect(), redialMs);
  }
}

/** Feeds a chunk; a stream that makes no sense is closed. */
export function readFrames(
  socket: Socket,
  reader: FrameReader,
  chunk: Buffer,
  onValue: (value: unknown) => void,
): void {
  const values: unknown[] = [];
  try {
    reader.feed(chunk, (v) => values.push(v));
  } catch {
    // Values before the damage are good; what follows cannot be found in the stream.
    socket.destroy();
  }
  for (const v of values) onValue(v);
}
