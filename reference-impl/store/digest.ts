/**
 * Digests of the two lists that nodes keep copies of, the catalog and the configuration: the sum of a
 * hash of each row. A changed row costs one subtraction and one addition, on both sides, and the order
 * of rows does not matter. Lists that differ have the same digest once in 2^32.
 */
import type { Json } from '../../harness/core/host.ts';
import { hashJson } from '../../harness/core/prng.ts';
import type { CatalogEntry } from './asked.ts';

export class Digest {
  value = 0;

  add(hash: number): void {
    this.value = (this.value + hash) >>> 0;
  }

  remove(hash: number): void {
    this.value = (this.value - hash) >>> 0;
  }
}

export function hashOfKey(key: string, value: Json, version: number): number {
  return hashJson([key, value, version]);
}

/** Entries are immutable, and one is held by many copies. */
const known = new WeakMap<CatalogEntry, number>();

export function hashOfEntry(e: CatalogEntry): number {
  let hash = known.get(e);
  if (hash === undefined) {
    const fields = Object.entries(e).sort(([a], [b]) => (a < b ? -1 : 1));
    hash = hashJson(fields);
    known.set(e, hash);
  }
  return hash;
}
