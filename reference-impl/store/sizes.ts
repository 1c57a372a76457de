/**
 * What may be stored: how long, how deep, and only what JSON carries unchanged. A value that a copy
 * through JSON changes would differ between the leader, which holds the object, and its followers.
 */
import type { Json } from '../../harness/core/host.ts';

/** Bytes of a key, of a name of a service or lock, and of an instance's zone and tags. */
export const keyBytesMax = 4 * 1_024;
/** Bytes as JSON of all values of one operation together; far below a frame, see `batchBytesMax`. */
export const valueBytesMax = 1_024 * 1_024;
/** Levels of arrays and objects in one another: what recursion can follow on any stack. */
export const valueDepthMax = 64;

/** What is wrong with a name, in words, or null. `what` names it. */
export function problemWithName(what: string, name: unknown): string | null {
  if (typeof name !== 'string') return `${what} is not a text`;
  // A unit is at most three bytes of UTF-8.
  if (name.length * 3 <= keyBytesMax) return null;
  const bytes = Buffer.byteLength(name);
  return bytes <= keyBytesMax ? null : `${what} is ${bytes} bytes long, at most ${keyBytesMax}`;
}

/** What is wrong with the values of one operation, in words, or null. */
export function problemWithValues(values: readonly Json[]): string | null {
  let bound = 0;
  for (const value of values) {
    const problem = unlikeJson(value, 0);
    if (problem !== null) return `value has ${problem}`;
    bound += boundOf(value);
  }
  if (bound <= valueBytesMax) return null;
  const bytes = values.reduce<number>((sum, v) => sum + Buffer.byteLength(JSON.stringify(v)), 0);
  if (bytes <= valueBytesMax) return null;
  const what =
    values.length === 1 ? `value is ${bytes} bytes as JSON` : `values are ${bytes} bytes together`;
  return `${what}, at most ${valueBytesMax}`;
}

/** At least the bytes of its JSON, which is written only for what is not plain. */
function boundOf(value: Json): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  return typeof value === 'object' ? Buffer.byteLength(JSON.stringify(value)) : 25;
}

/** What JSON would change in `value`, in words, or null. */
function unlikeJson(value: unknown, depth: number): string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return inexact(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (depth >= valueDepthMax) return `more than ${valueDepthMax} levels`;
  for (const inner of Object.values(value) as unknown[]) {
    // An absent field of an object is no part of it.
    if (inner === undefined && !Array.isArray(value)) continue;
    const problem = unlikeJson(inner, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function inexact(value: number): string | null {
  if (!Number.isFinite(value)) return 'a number that is not finite: send it as a text';
  if (Object.is(value, -0)) return 'a zero that is negative, which would lose its sign: send 0';
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return null;
  return 'a whole number beyond 2^53, which would lose digits: send it as a text';
}
