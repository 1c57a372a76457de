/** Equality of JSON values as equality of texts. */
import type { Json } from '../core/host.ts';

/** Equal values get equal text: object keys are taken in sorted order. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v: Json) => canonical(v)).join(',')}]`;
  const record = value as Readonly<Record<string, Json | undefined>>;
  const fields = Object.keys(record)
    .filter((k) => record[k] !== undefined)
    .sort()
    .map((k) => `${JSON.stringify(k)}:${canonical(record[k] ?? null)}`);
  return `{${fields.join(',')}}`;
}

/** Numbers for values, in order of first sight. */
export class Interner {
  // A text must not be mistaken for the canonical form of something else: two maps.
  private readonly plain = new Map<Json, number>();
  private readonly compound = new Map<string, number>();

  get size(): number {
    return this.plain.size + this.compound.size;
  }

  id(value: Json): number {
    if (value === null || typeof value !== 'object') return numberOf(this.plain, value, this.size);
    return numberOf(this.compound, canonical(value), this.size);
  }
}

/** The number of `key`; `next` if it is new. */
export function numberOf<K>(numbers: Map<K, number>, key: K, next: number): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, next);
  return next;
}
