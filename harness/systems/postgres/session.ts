/** A client of PostgreSQL: a connection for what it reads and writes, and one for each lock that it holds. */
import { prefixOf } from '../described.ts';
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { WireError } from '../wire.ts';
import { AdvisoryLocks } from './advisory.ts';
import type { PostgresConnection } from './connection.ts';
import type { Login, Result } from './connection.ts';
import { PostgresError } from './messages.ts';
import { openPrimary } from './primary.ts';
import {
  append,
  create,
  dropRow,
  quoted,
  select,
  statementOf,
  takeRow,
  tokens,
  upsert,
  valueIn,
} from './statements.ts';

type Micro = readonly ['r' | 'w' | 'append', string, Json];

export class PostgresSession implements Session {
  private readonly endpoints: readonly Endpoint[];
  /** Who was found to be the primary. */
  private at = 0;
  private readonly login: Login;
  private readonly settings: Settings;
  private connection: PostgresConnection | null = null;
  private readonly advisory: AdvisoryLocks;
  private opening = new AbortController();
  private isClosed = false;

  constructor(endpoints: readonly Endpoint[], login: Login, settings: Settings) {
    this.endpoints = endpoints;
    this.login = login;
    this.settings = settings;
    this.advisory = new AdvisoryLocks(prefixOf(settings));
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    void this.perform(op).then((outcome) => {
      if (!this.isClosed) done({ ...outcome, node: this.at });
    });
  }

  /** No answer before its deadline: the next one goes by a new connection. What is held stays held. */
  abandon(): void {
    this.opening.abort();
    this.opening = new AbortController();
    this.connection?.close();
    this.connection = null;
  }

  close(): void {
    this.isClosed = true;
    this.abandon();
    this.advisory.close();
  }

  private async perform(op: Operation): Promise<Outcome> {
    try {
      switch (op.f) {
        case 'txn':
        case 'txn-append':
          return await this.transact(op.value as unknown as readonly Micro[]);
        case 'acquire':
          return await this.acquire(op);
        case 'release':
          return await this.release(op);
        default:
          return await this.ask(op);
      }
    } catch (error) {
      const isRead = op.f === 'read';
      return { type: isRead || isDefinite(error) ? 'fail' : 'info', error: messageOf(error) };
    }
  }

  private async ask(op: Operation): Promise<Outcome> {
    const isFenced = this.settings.extra['fencing'] !== 'none';
    const statement = statementOf(op, prefixOf(this.settings), isFenced);
    if (statement === null) return { type: 'fail', error: `nothing to ${op.f}` };
    const connection = await this.connected();
    return statement.mean(await connection.ask(statement.sql));
  }

  /** Each part is a query of its own, as programs ask them; nothing of it stays unless all of it is committed. */
  private async transact(parts: readonly Micro[]): Promise<Outcome> {
    const connection = await this.connected();
    const done: [string, string, Json][] = [];
    try {
      await connection.ask('BEGIN');
      for (const [f, key, value] of parts) {
        const name = quoted(`${prefixOf(this.settings)}${key}`);
        const { rows } = await connection.ask(partOf(f, name, value));
        done.push([f, key, f === 'r' ? valueIn(rows) : value]);
      }
    } catch (error) {
      if (connection.isOpen) await connection.ask('ROLLBACK').catch(() => connection.close());
      // It was not committed, and will not be.
      return { type: 'fail', error: messageOf(error) };
    }
    const { tag } = await connection.ask('COMMIT');
    return tag === 'COMMIT' ? { type: 'ok', value: done } : { type: 'fail', error: tag };
  }

  /** A row, unless it is an advisory lock that is asked for. */
  private async acquire({ key, value }: Operation): Promise<Outcome> {
    const { ttlUs } = value as { readonly ttlUs: number };
    if (!this.isAdvisory) {
      const { rows } = await (await this.connected()).ask(takeRow(this.rowOf(key), ttlUs));
      const token = valueIn(rows);
      return token === null ? { type: 'fail', error: 'held' } : { type: 'ok', value: token };
    }
    const settings = { ...this.login.settings, idle_session_timeout: Math.ceil(ttlUs / 1_000) };
    const own = await this.open({ ...this.login, settings });
    // Once it is held it stays, whatever is given up later.
    return closedOn(this.opening.signal, own, () => this.advisory.acquire(key, own));
  }

  private async release(op: Operation): Promise<Outcome> {
    if (this.isAdvisory) return this.advisory.release(op);
    const connection = await this.connected();
    const { tag } = await connection.ask(dropRow(this.rowOf(op.key), op.value));
    return tag === 'DELETE 1'
      ? { type: 'ok', value: op.value }
      : { type: 'fail', error: 'not-held' };
  }

  private get isAdvisory(): boolean {
    return this.settings.extra['locks'] === 'advisory';
  }

  private rowOf(lock: string): string {
    return quoted(`${prefixOf(this.settings)}lock/${lock}`);
  }

  private async connected(): Promise<PostgresConnection> {
    if (this.connection?.isOpen === true) return this.connection;
    return (this.connection = await this.open(this.login));
  }

  /** Throws `WireError`, of nothing that was asked. */
  private async open(login: Login): Promise<PostgresConnection> {
    const { signal } = this.opening;
    try {
      const { node, connection } = await openPrimary(this.endpoints, login, signal);
      this.at = node;
      await closedOn(signal, connection, () => this.prepare(connection));
      return connection;
    } catch (error) {
      throw new WireError(messageOf(error), false);
    }
  }

  /** Made once by whoever comes first. */
  private async prepare(connection: PostgresConnection): Promise<Result | null> {
    const { rows } = await connection.ask(`SELECT to_regclass('${tokens}')`);
    return rows[0]?.[0] === null ? connection.ask(create) : null;
  }
}

function partOf(f: Micro[0], name: string, value: Json): string {
  switch (f) {
    case 'r':
      return select(name);
    case 'w':
      return upsert(name, value);
    case 'append':
      return append(name, value);
  }
}

/** The connection is closed where it is given up or fails, and left to its owner otherwise. */
async function closedOn<T>(
  signal: AbortSignal,
  connection: PostgresConnection,
  work: () => Promise<T>,
): Promise<T> {
  const abort = (): void => connection.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    return await work();
  } catch (error) {
    abort();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** It did not happen, and never will. */
function isDefinite(error: unknown): boolean {
  if (error instanceof PostgresError) return !error.isFatal;
  return error instanceof WireError && !error.wasSent;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
