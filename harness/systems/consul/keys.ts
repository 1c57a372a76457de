/** Keys of Consul: reads in its three modes, writes, check-and-set by index, transactions. */
import type { Json } from '../../core/host.ts';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import { ask, type Answer, jsonOf, send, type Target } from '../rest.ts';
import { transact, valueIn, type Entry } from './txn.ts';

/** https://developer.hashicorp.com/consul/api-docs/features/consistency */
export type Reads = 'consistent' | 'default' | 'stale';

export interface Asked {
  readonly to: Target;
  /** Before every key. */
  readonly prefix: string;
  readonly reads: Reads;
  readonly signal: AbortSignal;
}

/** Null: this is none of its operations. Throws `RestError`. */
export async function askKeys(op: Operation, asked: Asked): Promise<Outcome | null> {
  const { to, prefix, reads, signal } = asked;
  const key = `${prefix}${op.key}`;
  switch (op.f) {
    case 'read':
      return { type: 'ok', value: (await get(asked, key, reads)).value };
    case 'read-stale':
      return { type: 'ok', value: (await get(asked, key, 'stale')).value };
    case 'write':
      return put(asked, key, op.value);
    case 'publish-config':
      return put(asked, `${prefix}config/${op.key}`, op.value);
    case 'serve-config': {
      const { value, index } = await get(asked, `${prefix}config/${op.key}`, reads);
      return { type: 'ok', value: { revision: index, value } };
    }
    case 'delete':
      await ask(to, { method: 'DELETE', path: `kv/${pathOf(key)}` }, signal);
      return { type: 'ok', value: null };
    case 'cas':
      return compareAndSet(asked, key, op.value as readonly Json[]);
    case 'txn':
      return transaction(asked, op.value as unknown as readonly Micro[]);
    default:
      return null;
  }
}

/** Without a condition: done, or an error. */
export async function put(
  { to, signal }: Pick<Asked, 'to' | 'signal'>,
  key: string,
  value: Json,
): Promise<Outcome> {
  const body = JSON.stringify(value);
  await ask(to, { method: 'PUT', path: `kv/${pathOf(key)}`, body }, signal);
  return { type: 'ok', value };
}

/** The query of this mode; the usual one has none. */
export function modeOf(reads: Reads): string {
  return reads === 'default' ? '' : reads;
}

/** Entries of a key; none where it is not there. */
export function entriesOf(answer: Answer): readonly (Entry & { readonly ModifyIndex?: number })[] {
  return answer.status === 404 ? [] : (jsonOf(answer) as unknown as readonly Entry[]);
}

/** The path of a key: its slashes stay. */
export function pathOf(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

async function get(
  { to, signal }: Asked,
  key: string,
  reads: Reads,
): Promise<{ readonly value: Json; readonly index: number }> {
  const path = `kv/${pathOf(key)}?${modeOf(reads)}`;
  const [entry] = entriesOf(await send(to, { method: 'GET', path }, signal));
  return entry === undefined
    ? { value: null, index: 0 }
    : { value: valueIn(entry), index: entry.ModifyIndex ?? 0 };
}

/** By the index that the value was read with; 0: only where there is nothing. */
async function compareAndSet(
  asked: Asked,
  key: string,
  [from = null, to = null]: readonly Json[],
): Promise<Outcome> {
  const is = from === null ? { value: null, index: 0 } : await get(asked, key, 'consistent');
  if (JSON.stringify(is.value) !== JSON.stringify(from)) {
    return { type: 'fail', error: 'cas-mismatch' };
  }
  const path = `kv/${pathOf(key)}?cas=${is.index}`;
  const body = JSON.stringify(to);
  const isDone = await ask(asked.to, { method: 'PUT', path, body }, asked.signal);
  return isDone === true
    ? { type: 'ok', value: [from, to] }
    : { type: 'fail', error: 'cas-mismatch' };
}

type Micro = readonly ['r' | 'w', string, Json];

async function transaction(
  { to, prefix, signal }: Asked,
  parts: readonly Micro[],
): Promise<Outcome> {
  const steps = parts.map(([f, name, value]) => {
    const key = `${prefix}${name}`;
    return f === 'r'
      ? ({ verb: 'get-or-empty', key } as const)
      : ({ verb: 'set', key, value } as const);
  });
  const done = await transact(to, steps, signal);
  if (done === null) return { type: 'fail', error: 'refused' };
  const value = parts.map(([f, key, written], i): Json => {
    return [f, key, f === 'r' ? valueIn(done[i] ?? {}) : written];
  });
  return { type: 'ok', value };
}
