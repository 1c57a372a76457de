/** Keys and their values. Null is the value of a key that is not there. */
import type { Json } from '../../../harness/core/host.ts';
import { Digest, hashOfKey } from '../digest.ts';
import { configPrefix } from '../protocol.ts';
import type { ChangeOp, KeyValue, StoreError, WatchEvent } from '../protocol.ts';
import { storeRules } from '../rules.ts';
import { valueBytesMax } from '../sizes.ts';
import { FrozenMap } from './frozen-map.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Applied, Table } from './table.ts';
import { runTxn } from './transaction.ts';
import type { TxnResult, TxnRules } from './transaction.ts';

export interface Value {
  readonly value: Json;
  readonly version: number;
}

type TxnChange = ChangeOp & { readonly f: 'txn' };

/** Keys of the greatest length, so many, are half of a frame. */
const prefixKeysMax = 512;

/** Of an object for each write the engine would keep the shape. */
type Written = readonly [key: string, value: Json];

type Row = readonly [key: string, value: Json, version: number];

export class Keys implements Table {
  readonly name = 'keys';
  readonly executes = [
    'write',
    'cas',
    'delete',
    'write-all',
    'write-fenced',
    'delete-prefix',
    'txn',
  ] as const;
  /** Of the keys that every node keeps a copy of. */
  readonly configDigest = new Digest();
  private readonly values = new FrozenMap<Value>();
  /** Keys with a slash, by what stands up to the first one: a folder is listed without the rest. */
  private readonly folders = new Map<string, Set<string>>();
  private readonly hashes = new RowsDigest<string>(this.name, (key) => {
    const v = this.values.get(key);
    return v === undefined ? undefined : ([key, v.value, v.version] satisfies Row);
  });
  private readonly rules: TxnRules;

  constructor(rules: TxnRules = storeRules) {
    this.rules = rules;
  }

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
    if (op.f === 'txn') return this.checkTxn(op, revision);
    if (op.f === 'delete-prefix') return this.checkPrefix(op.prefix);
    if (op.f !== 'cas' || isSame(this.get(op.key).value, op.from)) return null;
    return { code: 'cas-mismatch', revision };
  }

  /** To remove what is not there changes nothing. */
  apply(op: ChangeOp, revision: number): Applied {
    if (op.f === 'txn') return this.applyTxn(op, revision);
    const values = op.f === 'delete-prefix' ? this.removed(op.prefix) : written(op);
    const changes = this.setAll(values, revision);
    const removed = op.f === 'delete-prefix' ? { removed: changes.length } : {};
    if (changes.length > 0) return { answer: { type: 'done', revision, ...removed }, changes };
    const answer = { type: 'done', revision: revision - 1, isChanged: false, ...removed } as const;
    return { answer, changes };
  }

  private setAll(values: readonly Written[], revision: number): WatchEvent[] {
    const changes: WatchEvent[] = [];
    const inOrder = values.length > 1 ? values.toSorted(([a], [b]) => (a < b ? -1 : 1)) : values;
    for (const [key, value] of inOrder) {
      if ((value ?? null) !== null || this.values.has(key)) {
        changes.push(this.set(key, value ?? null, revision));
      }
    }
    return changes;
  }

  private applyTxn(op: TxnChange, revision: number): Applied {
    const { succeeded, results, writes } = this.run(op, revision);
    const changes = this.setAll([...writes], revision);
    const answer = { type: 'txn', succeeded, results, revision } as const;
    if (changes.length > 0) return { answer, changes };
    return { answer: { ...answer, revision: revision - 1, isChanged: false }, changes };
  }

  private checkTxn(op: TxnChange, revision: number): StoreError | null {
    const { results } = this.run(op, revision + 1);
    const bytes = Buffer.byteLength(JSON.stringify(results));
    if (bytes <= valueBytesMax) return null;
    const reason = `what it reads and writes is ${bytes} bytes, at most ${valueBytesMax}`;
    return { code: 'too-large', reason };
  }

  private run(op: TxnChange, revision: number): TxnResult {
    return runTxn(op, (key) => this.get(key), revision, this.rules);
  }

  /** All of it is one change, which travels in one message. */
  private checkPrefix(prefix: string): StoreError | null {
    const keys = this.removed(prefix);
    if (keys.length <= prefixKeysMax) return null;
    const reason = `${keys.length} keys begin so, at most ${prefixKeysMax} at once`;
    return { code: 'too-large', reason };
  }

  private removed(prefix: string): readonly Written[] {
    return this.list(prefix).map(({ key }) => [key, null]);
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
    this.digested(key, null, { value, version });
    this.hashes.restored(key);
  }

  private set(key: string, value: Json, revision: number): WatchEvent {
    const previous = this.values.get(key) ?? null;
    const next = value === null ? null : { value, version: revision };
    this.hashes.touch(key);
    this.digested(key, previous, next);
    if (next === null) this.remove(key);
    else this.put(key, next);
    return { scope: 'kv', revision, key, value, previous };
  }

  private digested(key: string, before: Value | null, after: Value | null): void {
    if (!key.startsWith(configPrefix)) return;
    if (before !== null) this.configDigest.remove(hashOfKey(key, before.value, before.version));
    if (after !== null) this.configDigest.add(hashOfKey(key, after.value, after.version));
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

function written(op: ChangeOp): readonly Written[] {
  if (op.f === 'write' || op.f === 'write-fenced') return [[op.key, op.value]];
  if (op.f === 'write-all') return Object.entries(op.values);
  if (op.f === 'cas') return [[op.key, op.to]];
  return op.f === 'delete' ? [[op.key, null]] : [];
}

/** Equal as JSON; objects with their keys in the same order. */
function isSame(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
