/**
 * Random numbers in keyed streams: noise of one purpose can be drawn again without touching another.
 *
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded through splitmix32-type mixing. Integers only, so
 * that every engine gives the same bits.
 */
import { assert } from './assert.ts';
import type { Json } from './host.ts';

/** The largest seed: streams are keyed by 32 bits. */
export const seedMax = 0xffff_ffff;

/** Mixes 32 bits; a bijection (Murmur3's finalizer). */
export function mix32(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a over the UTF-16 code units; for stream keys and digests of short strings. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * A hash of plain JSON, made without writing it down. Equal values have equal hashes if their fields
 * come in the same order; values that differ have the same one about once in 2^32.
 */
export function hashJson(value: Json): number {
  return mix32(addJson(0x811c9dc5, value));
}

function addJson(h: number, value: unknown): number {
  if (typeof value === 'string') return addText(add(h, 1), value);
  if (typeof value === 'number') return addNumber(h, value);
  if (typeof value !== 'object' || value === null)
    return add(h, value === null ? 2 : value ? 3 : 4);
  if (Array.isArray(value)) {
    h = add(add(h, 5), value.length);
    for (let i = 0; i < value.length; i++) h = addJson(h, value[i]);
    return h;
  }
  h = add(h, 6);
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    // As JSON, which leaves it out.
    if (inner !== undefined) h = addJson(addText(h, key), inner);
  }
  return add(h, 7);
}

function add(h: number, x: number): number {
  return Math.imul(h ^ x, 0x01000193);
}

/** FNV-1a mixes a unit's high bits too little for numbers, so these go through a finalizer. */
function addNumber(h: number, x: number): number {
  const low = x | 0;
  return low === x ? add(add(h, 8), mix32(low)) : addText(add(h, 9), String(x));
}

function addText(h: number, text: string): number {
  h = add(h, text.length);
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

export class Prng {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 0;
  private seed = 0;

  /** `seed` is in 0…`seedMax`; whoever takes one from a person refuses others (`requireSeed`). */
  constructor(seed: number) {
    this.restart(seed);
  }

  /** From now on the stream of another seed, from its beginning. */
  restart(seed: number): void {
    this.seed = seed >>> 0;
    this.a = mix32(this.seed ^ 0x9e3779b9) | 0;
    this.b = mix32(this.seed + 0x3c6ef372) | 0;
    this.c = mix32(this.seed ^ 0xdaa66d2b) | 0;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** An independent stream that depends only on this stream's seed and `key`, not on what was drawn. */
  fork(key: string | number): Prng {
    return new Prng(this.seedOf(key));
  }

  /** The seed of that stream. */
  seedOf(key: string | number): number {
    const k = typeof key === 'number' ? mix32(key ^ 0x5bd1e995) : hashText(key);
    return (mix32(this.seed ^ k) ^ mix32(k + 0x27d4eb2f)) >>> 0;
  }

  /** Uniform in 0…2^32-1. */
  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    return t >>> 0;
  }

  /** Uniform in 0…bound-1; `bound` in 1…2^32. The bias is below bound / 2^32. */
  below(bound: number): number {
    return Math.floor((this.uint32() / 4294967296) * bound);
  }

  /** Uniform in low…high, both included. */
  between(low: number, high: number): number {
    assert(low <= high, 'empty range', { low, high });
    return low + this.below(high - low + 1);
  }

  /** True with probability `permille` / 1000. */
  chance(permille: number): boolean {
    return this.below(1000) < permille;
  }

  /** One element of a non-empty array. */
  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'pick from nothing');
    return items[this.below(items.length)] as T;
  }

  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }
}
