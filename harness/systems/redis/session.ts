/** A client of one Redis: an operation is a command, and no command is sent twice. */
import { prefixOf } from '../described.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import { WireError } from '../wire.ts';
import { RedisConnection } from './connection.ts';
import { requestOf } from './operations.ts';
import type { Given } from './operations.ts';
import { RedisError } from './resp.ts';

const reads: ReadonlySet<string> = new Set(['read', 'leader', 'discover']);

export class RedisSession implements Session {
  private readonly endpoint: Endpoint;
  private readonly settings: Settings;
  private readonly given: Given = new Map();
  private connection: RedisConnection | null = null;
  private opening = new AbortController();
  private isClosed = false;

  constructor(endpoint: Endpoint, settings: Settings) {
    this.endpoint = endpoint;
    this.settings = settings;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    void this.perform(op).then((outcome) => {
      if (!this.isClosed) done({ ...outcome, node: 0 });
    });
  }

  /** No answer before its deadline: the next one goes by a new connection. */
  abandon(): void {
    this.opening.abort();
    this.opening = new AbortController();
    this.connection?.close();
    this.connection = null;
  }

  close(): void {
    this.isClosed = true;
    this.abandon();
  }

  private async perform(op: Operation): Promise<Outcome> {
    const isFenced = this.settings.extra['fencing'] !== 'none';
    const prefix = prefixOf(this.settings);
    const request = requestOf({ op, prefix, isFenced, given: this.given });
    if (request === null) return { type: 'fail', error: `nothing to ${op.f}` };
    try {
      const connection = await this.connected();
      return request.mean(await connection.ask(...request.command));
    } catch (error) {
      const isSent =
        !(error instanceof RedisError) && !(error instanceof WireError && !error.wasSent);
      const why = error instanceof Error ? error.message : String(error);
      return { type: isSent && !reads.has(op.f) ? 'info' : 'fail', error: why };
    }
  }

  private async connected(): Promise<RedisConnection> {
    if (this.connection?.isOpen === true) return this.connection;
    const { signal } = this.opening;
    const connection = await RedisConnection.open(this.endpoint, signal);
    if (!signal.aborted) return (this.connection = connection);
    connection.close();
    throw new WireError('given up', false);
  }
}
