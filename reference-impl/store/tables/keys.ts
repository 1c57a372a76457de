/** Keys and their values. Null is the value of a key that is not there. */
import type { Json } from '../../../harness/core/host.ts';
import type { ChangeOp, KeyValue, StoreError, WatchEvent } from '../protocol.ts';
import { FrozenMap } from './frozen-map.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Applied, Table } from './table.ts';

export interface Value {
  readonly value: Json;
  readonly version: number;
}

type Row = readonly [key: string, value: Json, version: number];

export class Keys implements Table {
  readonly name = 'keys';
  readonly executes = ['write', 'cas', 'delete', 'write-all', 'write-fenced'] as const;
  private readonly values = new FrozenMap<Value>();
  /** Keys with a slash, by what stands up to the first one: a folder is listed without the rest. */
  private readonly folders = new Map<string, Set<string>>();
  private readonly hashes = new RowsDigest<string>(this.name, (key) => {
    const v = this.values.get(key);
    return v === undefined ? undefined : ([key, v.value, v.version] satisfies Row);
  });

  get(key: string): Value {
    return this.values.get(key) ?? missing;
  }

  /** Keys with this prefix, ascending. */
  list(prefix: string): readonly KeyValue[] {
    const found: KeyValue[] = [];
    const folder = folderOf(prefix);
    const entries = folder === null ? this.values.entries() : this.entriesIn(folder);
    for (const [key, v] of entries) if (key.startsWith(prefix)) found.push({ key, ...v });
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  check(op: ChangeOp, revision: number): StoreError | null {
    if (op.f !== 'cas' || isSame(this.get(op.key).value, op.from)) return null;
    return { code: 'cas-mismatch', revision };
  }

  /** To remove what is not there changes nothing. */
  apply(op: ChangeOp, revision: number): Applied {
    const values = written(op);
    const changes = Object.keys(values)
      .filter((key) => (values[key] ?? null) !== null || this.values.has(key))
      .sort()
      .map((key) => this.set(key, values[key] ?? null, revision));
    if (changes.length > 0) return { answer: { type: 'done', revision }, changes };
    return { answer: { type: 'done', revision: revision - 1, isChanged: false }, changes };
  }

  expirable(): [] {
    return [];
  }

  expire(): null {
    return null;
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    const entries = this.values.frozen();
    return {
      next: () => {
        const step = entries.next();
        if (step.done === true) return step;
        const [key, { value, version }] = step.value;
        return { done: false, value: [key, value, version] satisfies Row };
      },
      return: () => {
        entries.return();
        return { done: true, value: undefined };
      },
    };
  }

  restore(row: Json): void {
    const [key, value, version] = row as Row;
    this.put(key, { value, version });
    this.hashes.restored(key);
  }

  private set(key: string, value: Json, revision: number): WatchEvent {
    const previous = this.values.get(key) ?? null;
    this.hashes.touch(key);
    if (value === null) this.remove(key);
    else this.put(key, { value, version: revision });
    return { scope: 'kv', revision, key, value, previous };
  }

  private put(key: string, value: Value): void {
    const folder = folderOf(key);
    if (folder !== null) {
      const keys = this.folders.get(folder) ?? new Set();
      this.folders.set(folder, keys.add(key));
    }
    this.values.set(key, value);
  }

  private remove(key: string): void {
    const folder = folderOf(key);
    const keys = folder === null ? undefined : this.folders.get(folder);
    keys?.delete(key);
    if (folder !== null && keys?.size === 0) this.folders.delete(folder);
    this.values.delete(key);
  }

  private *entriesIn(folder: string): Generator<[string, Value]> {
    for (const key of this.folders.get(folder) ?? []) yield [key, this.get(key)];
  }
}

/** Null: the name is in no folder. */
function folderOf(name: string): string | null {
  const slash = name.indexOf('/');
  return slash < 0 ? null : name.slice(0, slash + 1);
}

const missing: Value = { value: null, version: 0 };

function written(op: ChangeOp): Readonly<Record<string, Json>> {
  if (op.f === 'write' || op.f === 'write-fenced') return { [op.key]: op.value };
  if (op.f === 'write-all') return op.values;
  if (op.f === 'cas') return { [op.key]: op.to };
  return op.f === 'delete' ? { [op.key]: null } : {};
}

/** Equal as JSON; objects with their keys in the same order. */
function isSame(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
