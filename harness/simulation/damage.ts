/** What damage makes of a record or a message. */
import type { Prng } from '../core/prng.ts';

/** A copy in which one number or text is another. What it is a record of stays: nobody reads sheer noise. */
export function damaged<T extends { readonly kind: string }>(record: T, draw: Prng): T {
  const copy = structuredClone(record) as unknown as Record<string, unknown>;
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const look = (o: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(o)) {
      if (name === 'kind') continue;
      if (typeof value === 'number' || typeof value === 'string') places.push([o, name]);
      if (typeof value === 'object' && value !== null) look(value as Record<string, unknown>);
    }
  };
  look(copy);
  if (places.length === 0) return record;
  const [where, name] = draw.pick(places);
  const value = where[name];
  where[name] = typeof value === 'number' ? value ^ 1 : `${String(value)}\u0001`;
  return copy as unknown as T;
}
