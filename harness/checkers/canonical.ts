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
  private readonly ids = new Map<string | number | null, number>();

  get size(): number {
    return this.ids.size;
  }

  id(value: Json): number {
    // A text stands for itself only in its canonical form, in quotes; numbers and null cannot clash.
    const isPlain = typeof value === 'number' || value === null;
    const key = isPlain ? value : canonical(value);
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
    }
    return id;
  }
}
