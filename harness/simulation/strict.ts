/** Catches what a real network would not carry, and senders that change what they have sent. */
import { assert } from '../core/assert.ts';

/** Freezes `value` deeply and returns its copy through JSON; asserts that JSON loses nothing. */
export function strictCopy<T extends object>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  freeze(value);
  const difference = firstDifference(value, copy, '');
  assert(difference === null, 'a message or record does not survive JSON', { at: difference });
  return copy;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  // A typed array cannot be frozen; firstDifference will refuse it.
  if (ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}

/** The path of the first thing that JSON changed, or null. An absent field equals `undefined`. */
function firstDifference(a: unknown, b: unknown, path: string): string | null {
  if (typeof a !== 'object' || a === null) return Object.is(a, b) || a === b ? null : path;
  if (typeof b !== 'object' || b === null || Array.isArray(a) !== Array.isArray(b)) return path;
  if (!Array.isArray(a) && Object.getPrototypeOf(a) !== Object.prototype) return path;
  for (const key of Object.keys(a)) {
    const x = (a as Record<string, unknown>)[key];
    const inner = firstDifference(x, (b as Record<string, unknown>)[key], `${path}.${key}`);
    if (inner !== null) return inner;
  }
  return null;
}
