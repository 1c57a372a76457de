/**
 * A small ZooKeeper of one server: sessions that end when they are silent, and ephemeral nodes that end with them. It keeps
 * all in memory: cut it off, but a crash would make it forget what a real one has on disk.
 */
import type { ServiceForm, ServiceHost } from '../../harness/index.ts';

type Duplex = Parameters<NonNullable<ServiceForm['accept']>>[0];

const kinds = { create: 1, exists: 3, ping: 11, close: -11 } as const;
const codes = { ok: 0, unimplemented: -6, noNode: -101, nodeExists: -110, expired: -112 } as const;

interface ZooSession {
  readonly id: bigint;
  readonly timeoutMs: number;
  socket: Duplex;
  cancelEnd: () => void;
}

export function smallZookeeper(host: ServiceHost): ServiceForm {
  const zoo = new SmallZookeeper(host);
  return {
    accept(socket) {
      let unread = Buffer.alloc(0);
      let session: ZooSession | 'none' | 'over' = 'none';
      // A client that has gone needs no answer.
      socket.on('error', () => undefined);
      socket.on('data', (piece: Buffer) => {
        unread = Buffer.concat([unread, piece]);
        while (unread.length >= 4 && unread.length >= 4 + unread.readInt32BE(0)) {
          const end = 4 + unread.readInt32BE(0);
          const frame = unread.subarray(4, end);
          unread = unread.subarray(end);
          if (session === 'none') session = zoo.connect(frame, socket) ?? 'over';
          else if (session !== 'over') zoo.request(frame, session);
        }
      });
    },
  };
}

class SmallZookeeper {
  private readonly host: ServiceHost;
  private readonly sessions = new Map<bigint, ZooSession>();
  /** Paths, and whose they are. */
  private readonly nodes = new Map<string, bigint>();
  private zxid = 0n;
  private lastId = 0n;

  constructor(host: ServiceHost) {
    this.host = host;
  }

  /** A new session, or one that goes on; an id that is unknown has ended, which a timeout of 0 tells. */
  connect(frame: Buffer, socket: Duplex): ZooSession | null {
    const asked = { timeoutMs: frame.readInt32BE(12), id: frame.readBigInt64BE(16) };
    const known = this.sessions.get(asked.id);
    if (asked.id !== 0n && known === undefined) {
      socket.write(connected(0, 0n));
      socket.end();
      return null;
    }
    this.lastId += known === undefined ? 1n : 0n;
    const session = known ?? {
      id: this.lastId,
      timeoutMs: asked.timeoutMs,
      socket,
      cancelEnd: () => undefined,
    };
    session.socket = socket;
    this.sessions.set(session.id, session);
    this.heardOf(session);
    socket.write(connected(session.timeoutMs, session.id));
    return session;
  }

  request(frame: Buffer, session: ZooSession): void {
    const [xid, kind] = [frame.readInt32BE(0), frame.readInt32BE(4)];
    if (!this.sessions.has(session.id)) return;
    this.heardOf(session);
    const path = kind === kinds.create || kind === kinds.exists ? textAt(frame, 8) : '';
    const { code, body } = this.carryOut(kind, path, session);
    const header = Buffer.alloc(16);
    header.writeInt32BE(xid, 0);
    header.writeBigInt64BE(this.zxid, 4);
    header.writeInt32BE(code, 12);
    session.socket.write(framed(header, ...body));
  }

  private carryOut(
    kind: number,
    path: string,
    session: ZooSession,
  ): { readonly code: number; readonly body: readonly Buffer[] } {
    const only = (code: number): { code: number; body: Buffer[] } => ({ code, body: [] });
    switch (kind) {
      case kinds.ping:
        return only(codes.ok);
      case kinds.create:
        if (this.nodes.has(path)) return only(codes.nodeExists);
        this.zxid += 1n;
        this.nodes.set(path, session.id);
        return { code: codes.ok, body: [framed(Buffer.from(path))] };
      case kinds.exists:
        // What a client reads of a node's state is of no use here.
        return this.nodes.has(path)
          ? { code: codes.ok, body: [Buffer.alloc(statBytes)] }
          : only(codes.noNode);
      case kinds.close:
        this.end(session);
        return only(codes.ok);
      default:
        return only(codes.unimplemented);
    }
  }

  private heardOf(session: ZooSession): void {
    session.cancelEnd();
    session.cancelEnd = this.host.setTimer(() => {
      this.end(session);
      session.socket.destroy();
    }, session.timeoutMs);
  }

  private end(session: ZooSession): void {
    session.cancelEnd();
    this.zxid += 1n;
    this.sessions.delete(session.id);
    for (const [path, owner] of this.nodes) if (owner === session.id) this.nodes.delete(path);
  }
}

const statBytes = 68;

/** Protocol version, timeout, session, password of 16 bytes. */
function connected(timeoutMs: number, id: bigint): Buffer {
  const answer = Buffer.alloc(36);
  answer.writeInt32BE(timeoutMs, 4);
  answer.writeBigInt64BE(id, 8);
  answer.writeInt32BE(16, 16);
  return framed(answer);
}

function textAt(frame: Buffer, at: number): string {
  return frame.subarray(at + 4, at + 4 + frame.readInt32BE(at)).toString();
}

function framed(...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
