/** Keys and their values. Null is the value of a key that is not there. */
import type { Json } from '../../../harness/core/host.ts';
import type { ChangeOp, KeyValue, StoreError, WatchEvent } from '../protocol.ts';
import { FrozenMap } from './frozen-map.ts';
import type { Applied, Reading, Table } from './table.ts';

export interface Value {
  readonly value: Json;
  readonly version: number;
}

type Row = readonly [key: string, value: Json, version: number];

export class Keys implements Table {
  readonly name = 'keys';
  readonly executes = ['write', 'cas', 'delete', 'write-all', 'write-fenced'] as const;
  private readonly values = new FrozenMap<Value>();

  get(key: string): Value {
    return this.values.get(key) ?? missing;
  }

  /** Keys with this prefix, ascending. */
  list(prefix: string): readonly KeyValue[] {
    const found: KeyValue[] = [];
    for (const [key, v] of this.values.entries()) {
      if (key.startsWith(prefix)) found.push({ key, ...v });
    }
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

  rows(read: Reading = 'later'): Iterator<Json> {
    const entries = read === 'later' ? this.values.frozen() : this.values.entries();
    return {
      next: () => {
        const step = entries.next();
        if (step.done === true) return step;
        const [key, { value, version }] = step.value;
        return { done: false, value: [key, value, version] satisfies Row };
      },
      return: () => {
        entries.return(undefined);
        return { done: true, value: undefined };
      },
    };
  }

  restore(row: Json): void {
    const [key, value, version] = row as Row;
    this.values.set(key, { value, version });
  }

  private set(key: string, value: Json, revision: number): WatchEvent {
    const previous = this.values.get(key) ?? null;
    if (value === null) this.values.delete(key);
    else this.values.set(key, { value, version: revision });
    return { scope: 'kv', revision, key, value, previous };
  }
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
