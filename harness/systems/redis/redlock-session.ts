/**
 * Redlock over independent masters (https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/):
 * a lock is held by whoever set it on a majority, within its validity. An acquire asks all members once, at the
 * same time; one that answers too late does not count, and what was not won is taken back.
 *
 * The lock has no token. Grants are numbered here, as they come, for whoever judges the run: no member is told.
 */
import { randomBytes } from 'node:crypto';
import { prefixOf } from '../described.ts';
import type { Json } from '../../core/host.ts';
import type { Operation, Settings } from '../../core/program.ts';
import type { Endpoint, Outcome, Session } from '../../core/system.ts';
import type { Door } from '../door.ts';
import { WireError } from '../wire.ts';
import { RedisConnection } from './connection.ts';
import { RedisError } from './resp.ts';
import type { Reply } from './resp.ts';
import { endIf, writeNewer, type Command } from './scripts.ts';

/** Grants of all clients of this process, which are all clients of a run. */
let grants = 0;

/** Of the TTL: what a member may take to answer an acquire. */
const answerShare = 0.1;
/** What clocks may drift by, as the algorithm has it: 1 % and 2 ms. */
const driftMs = (ttlMs: number): number => ttlMs * 0.01 + 2;

type Answer = Exclude<Reply, RedisError> | Error;

export class RedlockSession implements Session {
  private readonly endpoints: readonly Endpoint[];
  private readonly settings: Settings;
  private readonly door: Door;
  private readonly connections: (RedisConnection | null)[];
  /** What this client set on the members, by the number of its grant. */
  private readonly values = new Map<string, string>();
  private giveUp = new AbortController();
  private isClosed = false;

  constructor(endpoints: readonly Endpoint[], settings: Settings, door: Door) {
    this.endpoints = endpoints;
    this.settings = settings;
    this.door = door;
    this.connections = endpoints.map(() => null);
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    void this.perform(op).then((outcome) => {
      if (!this.isClosed) done(outcome);
    });
  }

  abandon(): void {
    this.giveUp.abort();
    this.giveUp = new AbortController();
    this.connections.forEach((c) => c?.close());
    this.connections.fill(null);
  }

  close(): void {
    this.isClosed = true;
    this.abandon();
  }

  private perform(op: Operation): Promise<Outcome> {
    switch (op.f) {
      case 'acquire':
        return this.acquire(op);
      case 'release':
        return this.release(op);
      case 'write-fenced':
        return this.write(op);
      case 'read':
        return this.read(op);
      default:
        return Promise.resolve({ type: 'fail', error: `Redlock has no operation ${op.f}` });
    }
  }

  private async acquire({ key: name, value }: Operation): Promise<Outcome> {
    const ttlMs = Math.ceil((value as { readonly ttlUs: number }).ttlUs / 1_000);
    const own = randomBytes(12).toString('hex');
    const key = this.keyOf(`lock/${name}`);
    const beganMs = performance.now();
    const isChecked = this.settings.extra['validity'] !== 'ignored';
    const patienceMs = isChecked ? ttlMs * answerShare : Infinity;
    const answers = await this.all(['SET', key, own, 'NX', 'PX', ttlMs], patienceMs);
    const leftMs = ttlMs - (performance.now() - beganMs) - driftMs(ttlMs);
    if (this.isMajority(answers, 'OK') && (leftMs > 0 || !isChecked)) {
      grants += 1;
      this.values.set(`${name} ${grants}`, own);
      return { type: 'ok', value: grants };
    }
    // Where it was set, or may have been, it would keep others out for its whole TTL.
    await this.all(endIf([key], [own]), ttlMs * answerShare);
    return { type: 'fail', error: 'held, or no majority answered' };
  }

  private async release({ key: name, value }: Operation): Promise<Outcome> {
    const own = this.values.get(`${name} ${JSON.stringify(value)}`);
    if (own === undefined) return { type: 'fail', error: 'not-held' };
    const answers = await this.all(endIf([this.keyOf(`lock/${name}`)], [own]), Infinity);
    if (this.isMajority(answers, 1)) return { type: 'ok', value };
    const isKnown = answers.every((a) => typeof a === 'number');
    return isKnown ? { type: 'fail', error: 'not-held' } : { type: 'info', error: 'no majority' };
  }

  /** What the lock protects lies with the last member, which is a resource like any other. */
  private async write({ key, value: asked }: Operation): Promise<Outcome> {
    const { lock, token, value } = asked as { lock: string; token: Json; value: Json };
    if (token === null) return { type: 'fail', error: 'no token' };
    const text = JSON.stringify(value);
    const isFenced = this.settings.extra['fencing'] !== 'none';
    const command: Command = isFenced
      ? writeNewer([this.keyOf(key), this.keyOf(`newest/${lock}`)], [JSON.stringify(token), text])
      : ['SET', this.keyOf(key), text];
    const answer = await this.one(this.endpoints.length - 1, command);
    if (answer instanceof Error) return lost(answer);
    return answer === 0 ? { type: 'fail', error: 'fenced' } : { type: 'ok', value: asked };
  }

  private async read({ key }: Operation): Promise<Outcome> {
    const answer = await this.one(this.endpoints.length - 1, ['GET', this.keyOf(key)]);
    if (answer instanceof Error) return { type: 'fail', error: answer.message };
    const value = typeof answer === 'string' ? (JSON.parse(answer) as Json) : null;
    return { type: 'ok', value };
  }

  private all(command: Command, withinMs: number): Promise<Answer[]> {
    return Promise.all(
      this.endpoints.map((_, member) => within(this.one(member, command), withinMs)),
    );
  }

  /** Never rejects. */
  private async one(member: number, command: Command): Promise<Answer> {
    const { signal } = this.giveUp;
    try {
      const old = this.connections[member];
      const connection =
        old?.isOpen === true
          ? old
          : await RedisConnection.open(this.endpoints[member] as Endpoint, signal, this.door);
      if (signal.aborted) {
        connection.close();
        return new WireError('given up', false);
      }
      this.connections[member] = connection;
      return await connection.ask(...command);
    } catch (error) {
      return error as Error;
    }
  }

  private isMajority(answers: readonly Answer[], wanted: Answer): boolean {
    return answers.filter((a) => a === wanted).length > this.endpoints.length / 2;
  }

  private keyOf(name: string): string {
    return `${prefixOf(this.settings)}${name}`;
  }
}

function lost(error: Error): Outcome {
  const isDefinite = error instanceof RedisError || (error instanceof WireError && !error.wasSent);
  return { type: isDefinite ? 'fail' : 'info', error: error.message };
}

async function within(answer: Promise<Answer>, ms: number): Promise<Answer> {
  if (ms === Infinity) return answer;
  let late: NodeJS.Timeout | undefined;
  const patience = new Promise<Answer>((resolve) => {
    late = setTimeout(() => resolve(new Error('too late')), ms);
  });
  try {
    return await Promise.race([answer, patience]);
  } finally {
    clearTimeout(late);
  }
}
