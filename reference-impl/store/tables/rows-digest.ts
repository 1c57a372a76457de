/**
 * A hash of all rows of a table, whatever their order: the sum of the hashes of the rows. To ask for it
 * costs what was changed since it was last asked for, not what there is.
 */
import type { Json } from '../../../harness/core/host.ts';
import { hashJson } from '../../../harness/core/prng.ts';

export class RowsDigest<Key extends string | number> {
  private readonly table: string;
  private readonly rowOf: (key: Key) => Json | undefined;
  private readonly hashes = new Map<Key, number>();
  private readonly changed = new Set<Key>();
  private sum = 0;

  /** `rowOf`: the row of a key as it is in snapshots, undefined when there is none. */
  constructor(table: string, rowOf: (key: Key) => Json | undefined) {
    this.table = table;
    this.rowOf = rowOf;
  }

  /** The row of this key was changed, added or removed. */
  touch(key: Key): void {
    this.changed.add(key);
  }

  /** The row of this key came back from a snapshot: many do at once, and are not left for later. */
  restored(key: Key): void {
    this.update(key);
  }

  get value(): number {
    for (const key of this.changed) this.update(key);
    this.changed.clear();
    return this.sum;
  }

  private update(key: Key): void {
    const row = this.rowOf(key);
    this.sum -= this.hashes.get(key) ?? 0;
    if (row === undefined) this.hashes.delete(key);
    else {
      const hash = hashJson([this.table, row]);
      this.hashes.set(key, hash);
      this.sum += hash;
    }
    this.sum >>>= 0;
  }
}
