/** A client of the Redis that serves it: an operation is a command, and no command is sent twice. */
import { prefixOf } from '../described.ts';
import type { NodeId } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Outcome, Session } from '../../core/system.ts';
import { WireError } from '../wire.ts';
import type { RedisConnection } from './connection.ts';
import { requestOf } from './operations.ts';
import type { Given } from './operations.ts';
import { RedisError } from './resp.ts';
import type { Reply } from './resp.ts';
import type { Command } from './scripts.ts';

/** Whom a session speaks to from now on. */
export interface Dialled {
  readonly connection: RedisConnection;
  readonly node: NodeId;
}

export interface RedisSessionOptions {
  readonly settings: Settings;
  /** May throw: then nothing was sent. */
  readonly dial: (signal: AbortSignal) => Promise<Dialled>;
  /** How many replicas must have what an answer rests on; 0: nobody asks. */
  readonly replicas: number;
  /** Nobody answered in time, or no longer. */
  readonly onLost?: () => void;
}

const reads: ReadonlySet<string> = new Set(['read', 'leader', 'discover']);

export class RedisSession implements Session {
  private readonly o: RedisSessionOptions;
  private readonly given: Given = new Map();
  private dialled: Dialled | null = null;
  private opening = new AbortController();
  private isClosed = false;

  constructor(options: RedisSessionOptions) {
    this.o = options;
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    void this.perform(op).then((outcome) => {
      if (!this.isClosed) done(outcome);
    });
  }

  /** No answer before its deadline: the next one goes by a new connection. */
  abandon(): void {
    this.opening.abort();
    this.opening = new AbortController();
    this.dialled?.connection.close();
    this.dialled = null;
    this.o.onLost?.();
  }

  close(): void {
    this.isClosed = true;
    this.abandon();
  }

  private async perform(op: Operation): Promise<Outcome> {
    const { settings } = this.o;
    const isFenced = settings.extra['fencing'] !== 'none';
    const prefix = prefixOf(settings);
    const request = requestOf({ op, prefix, isFenced, given: this.given });
    if (request === null) return { type: 'fail', error: `nothing to ${op.f}` };
    let node: NodeId | undefined;
    try {
      const to = await this.connected();
      node = to.node;
      return { ...request.mean(await this.ask(to.connection, request.command)), node };
    } catch (error) {
      const isSent =
        !(error instanceof RedisError) && !(error instanceof WireError && !error.wasSent);
      const why = error instanceof Error ? error.message : String(error);
      const type = isSent && !reads.has(op.f) ? 'info' : 'fail';
      return { type, error: why, ...(node !== undefined && { node }) };
    }
  }

  /** Throws `RedisError` where it was refused, `WireError` where nobody knows. */
  private async ask(connection: RedisConnection, command: Command): Promise<Reply> {
    const { replicas, settings } = this.o;
    const answer = connection.ask(...command);
    if (replicas === 0) return answer;
    // A write of its own comes after it: whoever has that has all that the answer rests on, of a read as well.
    const marked = connection.ask('INCR', `${prefixOf(settings)}confirmed`);
    const having = connection.ask('WAIT', replicas, Math.ceil(settings.deadlineUs / 1_000));
    const confirmed = Promise.all([marked, having]).then(
      ([, have]) => {
        if (Number(have) >= replicas) return;
        throw new WireError(`${String(have)} of ${replicas} replicas have it`, true);
      },
      (error: Error) => {
        throw new WireError(`not confirmed: ${error.message}`, true);
      },
    );
    // Of a command that was refused nobody asks.
    confirmed.catch(() => undefined);
    const reply = await answer;
    await confirmed;
    return reply;
  }

  private async connected(): Promise<Dialled> {
    if (this.dialled?.connection.isOpen === true) return this.dialled;
    const { signal } = this.opening;
    if (this.dialled !== null) this.o.onLost?.();
    this.dialled = null;
    const dialled = await this.dial(signal);
    if (!signal.aborted) return (this.dialled = dialled);
    dialled.connection.close();
    throw new WireError('given up', false);
  }

  /** Throws `WireError`, of nothing that was sent. */
  private async dial(signal: AbortSignal): Promise<Dialled> {
    try {
      return await this.o.dial(signal);
    } catch (error) {
      this.o.onLost?.();
      throw new WireError((error as Error).message, false);
    }
  }
}
