/** One connection with a session of ZooKeeper: requests in turn, answers in the same order; none is repeated. */
import type { Socket } from 'node:net';
import { hostOf } from '../../core/address.ts';
import type { Endpoint } from '../../core/system.ts';
import { dial, WireError } from '../wire.ts';
import { bool, bytes, frame, FrameReader, int, JuteReader, long, text } from './jute.ts';
import { ZkError } from './requests.ts';
import type { ZkRequest } from './requests.ts';

/** A session that is there: with it another connection may go on. */
export interface ZkSession {
  readonly id: bigint;
  readonly password: Buffer;
  /** As the servers granted it, ms. */
  readonly timeoutMs: number;
}

/** For how long, with which session, and who asks: `name:password`, if anybody wants to know. */
export interface ZkAsked {
  readonly timeoutMs: number;
  readonly session?: ZkSession;
  readonly digest?: string | undefined;
}

interface Waiting {
  read(answer: JuteReader, zxid: number): void;
  reject(error: Error): void;
}

const none: ZkSession = { id: 0n, password: Buffer.alloc(16), timeoutMs: 0 };
/** Of answers that nobody waits for by their turn. */
const [watchEvent, ping, introduction] = [-1, -2, -4];
const [pingKind, introductionKind] = [11, 100];

export class ZkConnection {
  readonly session: ZkSession;
  private readonly socket: Socket;
  private readonly frames: FrameReader;
  private readonly waiting: Waiting[] = [];
  private readonly pings: (() => void)[] = [];
  private lastXid = 0;
  private broken: string | null = null;
  private heart: NodeJS.Timeout | null = null;

  private constructor(socket: Socket, frames: FrameReader, session: ZkSession) {
    this.socket = socket;
    this.frames = frames;
    this.session = session;
  }

  /**
   * Opens a session whose lease is `timeoutMs`, or goes on with one: its lease begins anew then. Throws
   * `ZkError` where that has ended, `WireError` where nobody answers.
   */
  static async open(to: Endpoint, asked: ZkAsked, signal: AbortSignal): Promise<ZkConnection> {
    const [host = '', port = ''] = hostOf(to).split(':');
    const socket = await dial(host, Number(port), signal);
    const abort = (): void => void socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const { id, password } = asked.session ?? none;
      // Version, last transaction seen, timeout, session, not read-only.
      const words = [int(0), long(0n), int(asked.timeoutMs), long(id), bytes(password)];
      socket.write(frame(...words, bool(false)));
      const frames = new FrameReader();
      const answer = new JuteReader(await firstFrame(socket, frames));
      answer.int();
      const timeoutMs = answer.int();
      const session = { timeoutMs, id: answer.long(), password: Buffer.from(answer.bytes()) };
      if (timeoutMs <= 0) throw new ZkError(-112);
      const connection = new ZkConnection(socket, frames, session);
      connection.listen();
      if (asked.digest !== undefined) connection.introduce(asked.digest);
      return connection;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  get isOpen(): boolean {
    return this.broken === null;
  }

  /** Throws `ZkError` where it was refused, `WireError` where no answer came. */
  ask<T>({ kind, body, read }: ZkRequest<T>): Promise<T> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    return new Promise((resolve, reject) => {
      this.waiting.push({ read: (answer, zxid) => resolve(read(answer, zxid)), reject });
      this.lastXid += 1;
      this.socket.write(frame(int(this.lastXid), int(kind), ...body));
    });
  }

  /** Keeps the session for as long as the connection lasts. */
  keepAlive(): void {
    const everyMs = this.session.timeoutMs / 3;
    this.heart = setInterval(() => this.sendPing(), everyMs);
    this.heart.unref();
  }

  /** Resolves when the server answered a sign of life. Throws `WireError`. */
  ping(): Promise<void> {
    if (this.broken !== null) return Promise.reject(new WireError(this.broken, false));
    return new Promise((resolve, reject) => {
      this.pings.push(resolve);
      this.socket.once('close', () => reject(new WireError('the connection was closed', true)));
      this.sendPing();
    });
  }

  /** What waits for an answer will not get one; the session lasts until its lease ends. */
  close(why = 'given up'): void {
    if (this.broken !== null) return;
    this.broken = why;
    if (this.heart !== null) clearInterval(this.heart);
    this.socket.destroy();
    for (const { reject } of this.waiting.splice(0)) reject(new WireError(why, true));
  }

  private listen(): void {
    this.socket.on('data', (piece: Buffer) => {
      for (const answer of this.frames.push(piece)) this.read(new JuteReader(answer));
    });
    this.socket.on('error', (e: NodeJS.ErrnoException) => this.close(e.code ?? e.message));
    this.socket.on('close', () => this.close('the connection was closed'));
  }

  /** Whoever is not known so is told with the next answer; a server that wants everybody known hangs up. */
  private introduce(digest: string): void {
    const words = [int(0), text('digest'), text(digest)];
    this.socket.write(frame(int(introduction), int(introductionKind), ...words));
  }

  private sendPing(): void {
    if (this.broken === null) this.socket.write(frame(int(ping), int(pingKind)));
  }

  private read(answer: JuteReader): void {
    const xid = answer.int();
    const zxid = Number(answer.long());
    const code = answer.int();
    if (xid === introduction && code !== 0) return this.close(new ZkError(code).message);
    if (xid === watchEvent || xid === introduction) return;
    if (xid === ping) return this.pings.splice(0).forEach((done) => done());
    const first = this.waiting.shift();
    if (first === undefined) return;
    if (code !== 0) return first.reject(new ZkError(code));
    try {
      first.read(answer, zxid);
    } catch (error) {
      first.reject(new WireError(`not understood: ${(error as Error).message}`, true));
    }
  }
}

/** Throws `WireError`: a session alone changes nothing, so nothing happened. */
function firstFrame(socket: Socket, frames: FrameReader): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const end = (why: string) => (): void => reject(new WireError(why, false));
    const late = setTimeout(end('no session in time'), sessionMsMax);
    const read = (piece: Buffer): void => {
      const [first] = frames.push(piece);
      if (first === undefined) return;
      clearTimeout(late);
      socket.off('data', read);
      resolve(first);
    };
    socket.on('data', read);
    socket.once('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(late);
      end('the server closed the connection')();
    });
  });
}

/** A server that knows no leader closes the connection at once; one that waits for its quorum may not. */
const sessionMsMax = 5_000;
