/** Consul's transactions: up to 64 steps on keys that happen together or not at all (`/v1/txn`). */
import type { Json } from '../../core/host.ts';
import { jsonOf, send, type Target } from '../rest.ts';

/** A step, and what it is of: https://developer.hashicorp.com/consul/api-docs/txn#table-of-kv-operations */
export interface Step {
  readonly verb: 'get-or-empty' | 'set' | 'lock' | 'unlock' | 'check-session';
  readonly key: string;
  readonly value?: Json;
  readonly session?: string;
}

export interface Entry {
  /** Base64; null: there is none. */
  readonly Value?: string | null;
  /** How often the key was locked. */
  readonly LockIndex?: number;
  readonly Session?: string;
}

/** What the steps gave, in their order; null: it was refused as a whole. Throws `RestError`. */
export async function transact(
  to: Target,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<readonly Entry[] | null> {
  const body = JSON.stringify(steps.map(kvOf));
  // What only reads is no entry of the log: without this it would be as old as a leader may be.
  const answer = await send(to, { method: 'PUT', path: 'txn?consistent', body }, signal);
  if (answer.status === 409) return null;
  const { Results } = jsonOf(answer) as { readonly Results?: readonly { readonly KV: Entry }[] };
  return (Results ?? []).map((r) => r.KV);
}

function kvOf({ verb, key, value, session }: Step): Json {
  const text = value === undefined ? {} : { Value: encode(value) };
  return {
    KV: { Verb: verb, Key: key, ...text, ...(session !== undefined && { Session: session }) },
  };
}

/** As it is stored: JSON, in base64. */
function encode(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

/** A stored value as it was written; null where there is none. */
export function valueIn({ Value = null }: Entry): Json {
  if (Value === null || Value === '') return null;
  return JSON.parse(Buffer.from(Value, 'base64').toString()) as Json;
}
