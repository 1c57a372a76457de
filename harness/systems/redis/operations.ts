/** What each operation is to one Redis: a command, and what its answer means. */
import { randomInt } from 'node:crypto';
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import type { Reply } from './resp.ts';
import {
  compareAndSet,
  endIf,
  enterBarrier,
  grant,
  leaveBarrier,
  renewIf,
  transact,
  writeFenced,
  type Command,
} from './scripts.ts';

/** One request. `mean` is given what Redis answered. */
export interface Request {
  readonly command: Command;
  readonly mean: (reply: Reply) => Outcome;
}

/** What a session remembers of what it was given: where it lies, and its TTL. */
export type Given = Map<string, { readonly key: string; readonly ttlMs: number }>;

export interface Asking {
  readonly op: Operation;
  /** Before every key. */
  readonly prefix: string;
  readonly isFenced: boolean;
  readonly given: Given;
}

/** Null: Redis has no such operation, or it has nothing to be asked for. */
export function requestOf(asking: Asking): Request | null {
  const { op, prefix } = asking;
  const key = `${prefix}${op.key}`;
  switch (op.f) {
    case 'read':
      return { command: ['GET', key], mean: (reply) => ok(parsed(reply)) };
    case 'write':
      return { command: ['SET', key, JSON.stringify(op.value)], mean: () => ok(op.value) };
    case 'delete':
      return { command: ['DEL', key], mean: () => ok(null) };
    case 'write-all': {
      const all = Object.entries(op.value as Readonly<Record<string, Json>>);
      const words = all.flatMap(([name, v]) => [`${prefix}${name}`, JSON.stringify(v)]);
      return { command: ['MSET', ...words], mean: () => ok(op.value) };
    }
    case 'cas': {
      const [from, to] = op.value as readonly Json[];
      const is = from === null ? '' : JSON.stringify(from);
      const command = compareAndSet([key], [is, JSON.stringify(to)]);
      return { command, mean: oneOr(op.value, 'cas-mismatch') };
    }
    case 'txn':
      return transaction(op.value as unknown as readonly Micro[], prefix);
    case 'acquire':
      return take(asking, `lock/${op.key}`);
    case 'release':
      return drop(asking, `lock/${op.key}`);
    case 'write-fenced':
      return fenced(asking, key);
    case 'campaign':
      return take(asking, `election/${op.key}`);
    case 'renew-term':
      return renew(asking, `election/${op.key} ${shown(op.value)}`);
    case 'resign':
      return drop(asking, `election/${op.key}`);
    case 'enter-barrier':
    case 'leave-barrier':
      return atBarrier(op, `${prefix}barrier/${op.key}`);
    case 'enqueue':
      return {
        command: ['RPUSH', `${prefix}jobs/${op.key}`, JSON.stringify(op.value)],
        mean: () => ok(op.value),
      };
    case 'dequeue':
      return { command: ['LPOP', `${prefix}jobs/${op.key}`], mean: (reply) => ok(parsed(reply)) };
    case 'leader': {
      const mean = (reply: Reply): Outcome => ok(reply === null ? null : Number(reply));
      return { command: ['GET', `${prefix}election/${op.key}`], mean };
    }
    default:
      return ofRegistry(asking);
  }
}

function atBarrier({ f, value }: Operation, key: string): Request {
  const { party, parties } = value as { readonly party: string; readonly parties: number };
  const command =
    f === 'enter-barrier'
      ? enterBarrier([`${key}/in`, `${key}/ready`], [party, parties])
      : leaveBarrier([`${key}/in`], [party]);
  return { command, mean: (reply) => ok(reply === 1) };
}

function ofRegistry(asking: Asking): Request | null {
  const { op, prefix, given } = asking;
  const service = `${prefix}registry/${op.key}/`;
  const name = `registry ${shown(op.value)}`;
  switch (op.f) {
    case 'register': {
      const { instance, ttlUs } = op.value as { instance: string; ttlUs: number };
      // Which registration this is: another one of the same instance is not renewed or ended by it.
      const id = randomInt(1, 2 ** 47);
      const [key, ttlMs] = [`${service}${instance}`, Math.ceil(ttlUs / 1_000)];
      const command = ['SET', key, id, 'PX', ttlMs];
      const mean = (): Outcome => {
        given.set(`registry ${id}`, { key, ttlMs });
        return ok(id);
      };
      return { command, mean };
    }
    case 'renew':
      return renew(asking, name);
    case 'deregister': {
      const key = given.get(name)?.key;
      if (key === undefined) return null;
      return { command: endIf([key], [shown(op.value)]), mean: oneOr(op.value, 'it has ended') };
    }
    case 'discover': {
      const mean = (reply: Reply): Outcome =>
        ok((reply as readonly string[]).map((key) => key.slice(service.length)));
      // Keys of a run hold none of the characters that a pattern means something by.
      return { command: ['KEYS', `${service}*`], mean };
    }
    default:
      return null;
  }
}

function take({ op, prefix, given }: Asking, name: string): Request {
  const { ttlUs } = op.value as { readonly ttlUs: number };
  const [key, ttlMs] = [`${prefix}${name}`, Math.ceil(ttlUs / 1_000)];
  const command = grant([key, `${prefix}tokens`, `${prefix}newest/${name}`], [ttlMs]);
  const mean = (reply: Reply): Outcome => {
    if (typeof reply !== 'number') return { type: 'fail', error: 'held' };
    given.set(`${name} ${reply}`, { key, ttlMs });
    return ok(reply);
  };
  return { command, mean };
}

function drop({ op, prefix }: Asking, name: string): Request {
  const command = endIf([`${prefix}${name}`], [shown(op.value)]);
  return { command, mean: oneOr(op.value, 'not-held') };
}

function renew({ op, given }: Asking, name: string): Request | null {
  const own = given.get(name);
  if (own === undefined) return null;
  const command = renewIf([own.key], [shown(op.value), own.ttlMs]);
  return { command, mean: oneOr(op.value, 'it has ended') };
}

function fenced({ op, prefix, isFenced }: Asking, key: string): Request | null {
  const { lock, token, value } = op.value as { lock: string; token: Json; value: Json };
  if (token === null) return null;
  const text = JSON.stringify(value);
  if (!isFenced) return { command: ['SET', key, text], mean: () => ok(op.value) };
  const command = writeFenced([key, `${prefix}newest/lock/${lock}`], [shown(token), text]);
  return { command, mean: oneOr(op.value, 'fenced') };
}

type Micro = readonly ['r' | 'w', string, Json];

/** What each part reads is what the script says of its key then; what it writes stays as it was asked. */
function transaction(parts: readonly Micro[], prefix: string): Request {
  const command = transact(
    parts.map(([, key]) => `${prefix}${key}`),
    parts.map(([f, , value]) => (f === 'w' ? JSON.stringify(value) : '')),
  );
  const mean = (reply: Reply): Outcome => {
    const values = reply as readonly Reply[];
    return ok(parts.map(([f, key, v], i) => [f, key, f === 'r' ? parsed(values[i] ?? null) : v]));
  };
  return { command, mean };
}

function oneOr(value: Json, otherwise: string): (reply: Reply) => Outcome {
  return (reply) => (reply === 1 ? ok(value) : { type: 'fail', error: otherwise });
}

function ok(value: Json): Outcome {
  return { type: 'ok', value };
}

function parsed(reply: Reply): Json {
  return typeof reply === 'string' ? (JSON.parse(reply) as Json) : null;
}

function shown(value: Json): string {
  return JSON.stringify(value);
}
