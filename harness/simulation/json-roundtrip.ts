/** Catches what a real network would not carry, and senders that change what they have sent. */
import { assert } from '../core/assert.ts';

/**
 * Looks at the first of each kind and at every `every`-th after it; 0: at none. The same run looks at
 * the same ones.
 */
export class RoundtripSampler {
  private readonly every: number;
  private readonly kinds = new Set<string>();
  private left: number;

  constructor(every: number) {
    this.every = every === 0 ? Infinity : every;
    this.left = this.every;
  }

  /** `value`, or its copy when it is looked at. */
  pass<T extends { readonly kind: string }>(value: T): T {
    if (this.every === Infinity) return value;
    this.left -= 1;
    if (this.left > 0 && this.kinds.has(value.kind)) return value;
    if (this.left <= 0) this.left = this.every;
    this.kinds.add(value.kind);
    return jsonCopy(value);
  }
}

/**
 * Freezes `value` deeply and returns its copy through JSON. Asserts that the copy is equal, which it
 * is not for NaN, infinities, -0, `undefined`, dates, and instances of classes.
 */
export function jsonCopy<T extends object>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  freeze(value);
  const difference = firstDifference(value, copy);
  assert(difference === null, 'a message or record does not survive JSON', { at: difference });
  return copy;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  // A typed array cannot be frozen; firstDifference will refuse it.
  if (ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const key of Object.keys(value)) freeze((value as Record<string, unknown>)[key]);
}

/** The path of the first thing that JSON changed, or null. */
function firstDifference(a: unknown, b: unknown): string | null {
  if (a === undefined) return '';
  if (typeof a !== 'object' || a === null) return Object.is(a, b) ? null : '';
  if (typeof b !== 'object' || b === null || Array.isArray(a) !== Array.isArray(b)) return '';
  if (!Array.isArray(a) && Object.getPrototypeOf(a) !== Object.prototype) return '';
  for (const key of Object.keys(a)) {
    const x = (a as Record<string, unknown>)[key];
    const inner = firstDifference(x, (b as Record<string, unknown>)[key]);
    if (inner !== null) return `.${key}${inner}`;
  }
  return null;
}
