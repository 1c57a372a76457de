/**
 * What goes with a session: locks, elections, and registrations that are keys. A session is made first, so these
 * take two requests; one that holds nothing shows nowhere.
 *
 * A token is how often its key was locked (`LockIndex`), as Consul's own sequencer has it, so a lock's key stays
 * when it is let go. https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions
 */
import { randomInt } from 'node:crypto';
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import { ask, RestError, send } from '../rest.ts';
import { type Asked, entriesOf, modeOf, pathOf, put } from './keys.ts';
import { transact } from './txn.ts';

/** Operations of two requests each: a session, and the key that goes with it. */
export const twoRequests = ['acquire', 'campaign', 'register'] as const;

export interface LeaseManner {
  /** For how long a lock stays closed when its session was ended, whole seconds. */
  readonly lockDelay: number;
  /** Does a session end with the agent that it was made by? */
  readonly checks: 'none' | 'serf';
  /** Do writes that a lock protects look at its session? */
  readonly isFenced: boolean;
}

type Behaviour = 'release' | 'delete';

/** The sessions of what one client holds, by key and token. */
export class Leases {
  private readonly manner: LeaseManner;
  private readonly sessions = new Map<string, string>();

  constructor(manner: LeaseManner) {
    this.manner = manner;
  }

  /** Null: this is none of its operations. Throws `RestError`. */
  async ask(op: Operation, asked: Asked): Promise<Outcome | null> {
    switch (op.f) {
      case 'acquire':
        return this.take(op, asked, `lock/${op.key}`);
      case 'release':
        return this.drop(op, asked, `lock/${op.key}`);
      case 'write-fenced':
        return this.writeFenced(op, asked);
      case 'campaign':
        return this.take(op, asked, `election/${op.key}`);
      case 'renew-term':
        return this.renew(op, asked, `election/${op.key}`);
      case 'resign':
        return this.drop(op, asked, `election/${op.key}`);
      case 'leader':
        return leaderOf(op, asked);
      case 'register':
        return this.register(op, asked);
      case 'renew':
        return this.renew(op, asked, `registry/${op.key}`);
      case 'deregister':
        return this.destroy(op, asked);
      case 'discover':
        return discover(op, asked);
      default:
        return null;
    }
  }

  private async take(op: Operation, asked: Asked, name: string): Promise<Outcome> {
    const session = await this.open(op, asked, 'release');
    const key = `${asked.prefix}${name}`;
    const step = { verb: 'lock', key, session, value: '' } as const;
    const [entry] = (await transact(asked.to, [step], asked.signal)) ?? [];
    if (entry?.LockIndex === undefined) return { type: 'fail', error: 'held' };
    this.sessions.set(nameOf(name, entry.LockIndex), session);
    return { type: 'ok', value: entry.LockIndex };
  }

  /** Its session is left to end by itself: to end one that holds a lock would close the lock for the delay. */
  private async drop({ value }: Operation, asked: Asked, name: string): Promise<Outcome> {
    const session = this.sessions.get(nameOf(name, value));
    if (session === undefined) return { type: 'fail', error: 'not-held' };
    const step = { verb: 'unlock', key: `${asked.prefix}${name}`, session, value: '' } as const;
    const done = await transact(asked.to, [step], asked.signal);
    return done === null ? { type: 'fail', error: 'not-held' } : { type: 'ok', value };
  }

  private async writeFenced({ key: at, value: wanted }: Operation, asked: Asked): Promise<Outcome> {
    const { lock, token, value } = wanted as { lock: string; token: Json; value: Json };
    const session = this.sessions.get(nameOf(`lock/${lock}`, token));
    if (session === undefined) return { type: 'fail', error: 'no token of this client' };
    const key = `${asked.prefix}${at}`;
    if (!this.manner.isFenced) {
      await put(asked, key, value);
      return { type: 'ok', value: wanted };
    }
    const held = { verb: 'check-session', key: `${asked.prefix}lock/${lock}`, session } as const;
    const done = await transact(asked.to, [held, { verb: 'set', key, value }], asked.signal);
    return done === null ? { type: 'fail', error: 'fenced' } : { type: 'ok', value: wanted };
  }

  private async renew({ value }: Operation, asked: Asked, name: string): Promise<Outcome> {
    const session = this.sessions.get(nameOf(name, value));
    if (session === undefined) return { type: 'fail', error: 'no such session of this client' };
    await ask(asked.to, { method: 'PUT', path: `session/renew/${session}` }, asked.signal);
    return { type: 'ok', value };
  }

  /** A key of its own, so that who comes back need not wait for the end of what it was before. */
  private async register(op: Operation, asked: Asked): Promise<Outcome> {
    const session = await this.open(op, asked, 'delete');
    const { instance } = op.value as { readonly instance: string };
    const id = randomInt(1, idMax);
    const key = `${asked.prefix}registry/${op.key}/${instance}/${id}`;
    const done = await transact(
      asked.to,
      [{ verb: 'lock', key, session, value: '' }],
      asked.signal,
    );
    if (done === null) return { type: 'fail', error: 'refused' };
    this.sessions.set(nameOf(`registry/${op.key}`, id), session);
    return { type: 'ok', value: id };
  }

  private async destroy({ key, value }: Operation, asked: Asked): Promise<Outcome> {
    const session = this.sessions.get(nameOf(`registry/${key}`, value));
    if (session === undefined) return { type: 'fail', error: 'no such session of this client' };
    await ask(asked.to, { method: 'PUT', path: `session/destroy/${session}` }, asked.signal);
    return { type: 'ok', value };
  }

  private async open(
    { value }: Operation,
    { to, signal }: Asked,
    Behavior: Behaviour,
  ): Promise<string> {
    const { ttlUs } = value as { readonly ttlUs: number };
    const { lockDelay, checks } = this.manner;
    const body = JSON.stringify({
      ...{ Behavior, TTL: `${Math.ceil(ttlUs / 1_000_000)}s`, LockDelay: `${lockDelay}s` },
      // Left out, it is bound to the health of the agent's node.
      ...(checks === 'none' && { NodeChecks: [] }),
    });
    try {
      const made = await ask(to, { method: 'PUT', path: 'session/create', body }, signal);
      return (made as { readonly ID: string }).ID;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      // A session alone changes nothing that anybody sees: whatever became of it, nothing happened.
      throw new RestError(error.message, true, error.isLost);
    }
  }
}

/** What JSON has no trouble with. */
const idMax = 2 ** 47;

function nameOf(key: string, token: Json): string {
  return `${key} ${JSON.stringify(token)}`;
}

async function leaderOf({ key }: Operation, asked: Asked): Promise<Outcome> {
  const path = `kv/${pathOf(`${asked.prefix}election/${key}`)}?${modeOf(asked.reads)}`;
  const [entry] = entriesOf(await send(asked.to, { method: 'GET', path }, asked.signal));
  const leads = entry?.Session !== undefined && entry.Session !== '';
  return { type: 'ok', value: leads ? (entry.LockIndex ?? null) : null };
}

async function discover({ key }: Operation, asked: Asked): Promise<Outcome> {
  const folder = `${asked.prefix}registry/${key}/`;
  const path = `kv/${pathOf(folder)}?keys&${modeOf(asked.reads)}`;
  const answer = await send(asked.to, { method: 'GET', path }, asked.signal);
  const found = entriesOf(answer) as unknown as readonly string[];
  const names = found.map((name) => name.slice(folder.length).split('/')[0] ?? '');
  return { type: 'ok', value: [...new Set(names)] };
}
