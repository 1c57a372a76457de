/**
 * What goes with a lease: an ephemeral node in a session of its own, whose timeout is the TTL. It sends no
 * signs of life by itself, so that it lasts for as long as the operations of a run renew it.
 *
 * A renewal goes on with the session by a new connection, which its leader confirms, and then writes, which
 * a leader of the past cannot: one that stood still confirms sessions until it notices that another leads
 * (`--renewals confirmed`). A ping is answered by the server that it reaches, before any leader has heard
 * of it (`--renewals ping`).
 */
import type { Endpoint } from '../../core/system.ts';
import { ZkConnection } from './connection.ts';
import { create, multi, nodeExists, setData } from './requests.ts';

export interface Lease {
  /** The transaction that made its node. */
  readonly token: number;
  readonly path: string;
  /** A node of this lease alone: it is there for as long as the lease is. */
  readonly proof: string;
}

interface Open extends Lease {
  connection: ZkConnection;
}

export const renewals = ['committed', 'confirmed', 'ping'] as const;
export type Renewals = (typeof renewals)[number];

export interface LeasesOptions {
  readonly renewals: Renewals;
  /** Who asks: `name:password`. */
  readonly digest: string | undefined;
}

/** A change to its own node: it is done by the leader that a majority follows, or by none. */
async function written({ connection, proof }: Open, signal: AbortSignal): Promise<void> {
  const abort = (): void => connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await connection.ask(setData(proof, ''));
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

export class Leases {
  private readonly o: LeasesOptions;
  private readonly byToken = new Map<number, Open>();

  constructor(options: LeasesOptions) {
    this.o = options;
  }

  get(token: unknown): Lease | null {
    return typeof token === 'number' ? (this.byToken.get(token) ?? null) : null;
  }

  /**
   * Makes the node, unless somebody has: null then. Throws `WireError`, `ZkError`; once the node was asked
   * for its fate may be unknown, and the session is left to end.
   */
  async take(
    to: Endpoint,
    node: { readonly path: string; readonly proof: string; readonly ttlUs: number },
    signal: AbortSignal,
  ): Promise<Lease | null> {
    const { path, proof, ttlUs } = node;
    const timeoutMs = Math.ceil(ttlUs / 1_000);
    const connection = await ZkConnection.open(to, { timeoutMs, digest: this.o.digest }, signal);
    const abort = (): void => connection.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (connection.session.timeoutMs < timeoutMs) {
        connection.close();
        throw new RangeError(`sessions last ${connection.session.timeoutMs} ms at most`);
      }
      const made = await connection.ask(
        multi([create({ path, isEphemeral: true }), create({ path: proof, isEphemeral: true })]),
      );
      if (!made.isDone) {
        connection.close();
        if (made.code === nodeExists) return null;
        throw new RangeError(`refused with ${made.code}`);
      }
      const token = made.zxid;
      this.byToken.set(token, { token, path, proof, connection });
      return { token, path, proof };
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Starts the lease anew. Throws `ZkError` where it has ended, `WireError`. */
  async renew(token: number, to: Endpoint, signal: AbortSignal): Promise<void> {
    const lease = this.byToken.get(token);
    if (lease === undefined) throw new RangeError('no such lease in this session');
    const { connection } = lease;
    if (this.o.renewals === 'ping' && connection.isOpen) return connection.ping();
    connection.close();
    const { session } = connection;
    const { timeoutMs } = session;
    const asked = { timeoutMs, session, digest: this.o.digest };
    lease.connection = await ZkConnection.open(to, asked, signal);
    if (this.o.renewals === 'committed') await written(lease, signal);
  }

  /** Nobody relies on it any more; its session ends by itself. */
  forget(token: number): void {
    this.byToken.get(token)?.connection.close();
    this.byToken.delete(token);
  }

  close(): void {
    for (const token of [...this.byToken.keys()]) this.forget(token);
  }
}
