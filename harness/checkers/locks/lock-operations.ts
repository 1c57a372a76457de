/**
 * What operations say of locks. The key names the lock; times are whole microseconds.
 *
 * - `acquire` asks with null or `{ttlUs}`, and answers with a token, `{token, ttlUs}` or null.
 * - `release` names the token (or `{token}`); without one it ends what its process acquired last.
 * - Any other operation is protected if its argument is `{token, lock, …}`; the key names the object.
 *   Without `lock` an object has one lock.
 *
 * A token is a number that a later holder's exceeds. Without `ttlUs` a lock has no lease: it is held
 * until its release is called.
 */
import type { Json } from '../../core/host.ts';
import { isCompleted, type Op } from '../operations.ts';

/** An acquire that succeeded. */
export interface Grant {
  readonly op: Op;
  readonly token: number | null;
  /** Null: no lease. */
  readonly ttlUs: number | null;
}

/** Null for what is no acquire, or one of unknown fate: nobody holds by it for sure. */
export function grantOf(op: Op): Grant | null {
  if (op.f !== 'acquire' || !isCompleted(op)) return null;
  const token = numberIn(op.output, 'token', true) ?? numberIn(op.input, 'token', false);
  const ttlUs = numberIn(op.output, 'ttlUs', false) ?? numberIn(op.input, 'ttlUs', false);
  return { op, token, ttlUs };
}

/** The token by which something is released or protected; null: none was given. */
export function tokenIn(op: Op): number | null {
  return numberIn(op.input, 'token', op.f === 'release');
}

/** The lock that protects an operation; '' where its object has but one. */
export function lockIn(op: Op): string {
  const { lock = '' } = fields(op.input);
  return typeof lock === 'string' ? lock : JSON.stringify(lock);
}

function numberIn(value: Json, name: string, isPlain: boolean): number | null {
  if (isPlain && typeof value === 'number') return value;
  const found = fields(value)[name];
  return typeof found === 'number' ? found : null;
}

function fields(value: Json): Readonly<Record<string, Json | undefined>> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return value as Readonly<Record<string, Json | undefined>>;
}
