/** Keys and their values. Null is the value of a key that is not there. */
import type { Json } from '../../../harness/core/host.ts';
import { Digest, hashOfKey } from '../digest.ts';
import { configPrefix } from '../protocol.ts';
import type { KeyValue, StoreError, WatchEvent } from '../answered.ts';
import type { ChangeOp } from '../asked.ts';
import { storeRules } from '../rules.ts';
import type { StoreRules } from '../rules.ts';
import { valueBytesMax } from '../sizes.ts';
import { FrozenMap } from './frozen-map.ts';
import { RowsDigest } from './rows-digest.ts';
import { KeyLeases } from './key-leases.ts';
import type { Applied, Change, Lease, Table } from './table.ts';
import { problemWithPast, valueAt } from './past.ts';
import type { Past } from './past.ts';
import { revisionsRead, runTxn } from './transaction.ts';
import type { TxnResult, TxnRules } from './transaction.ts';

export interface Value {
  readonly value: Json;
  readonly version: number;
}

type PastOf = (present: number) => Past;

/** Of keys by themselves: nothing has ever changed. */
const noPast: PastOf = (present) => ({
  log: { compacted: present, at: () => [] },
  present,
  rules: storeRules,
});

type KeysRules = TxnRules &
  Pick<
    StoreRules,
    'endsWithLease' | 'keepsLease' | 'removedWith' | 'isOfOneMoment' | 'staysRemoved'
  >;

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
    'grant',
    'revoke',
  ] as const;
  /** Leases that keys go with. */
  readonly leases = new KeyLeases();
  /** Of the keys that every node keeps a copy of. */
  readonly configDigest = new Digest();
  private readonly values: FrozenMap<Value>;
  /** Keys with a slash, by what stands up to the first one: a folder is listed without the rest. */
  private readonly folders = new Map<string, Set<string>>();
  private readonly hashes = new RowsDigest<string>(this.name, (key) => {
    const v = this.values.get(key);
    return v === undefined ? undefined : ([key, v.value, v.version] satisfies Row);
  });
  private readonly rules: KeysRules;
  private readonly past: PastOf;

  /** `past`: what was before a revision that is the present. */
  constructor(rules: KeysRules = storeRules, past: PastOf = noPast) {
    this.rules = rules;
    this.values = new FrozenMap(rules);
    this.past = past;
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
    const lease = leaseIn(op);
    if (lease !== null) return this.checkLease(lease, written(op).length);
    if (op.f !== 'cas' || isSame(this.get(op.key).value, op.from)) return null;
    return { code: 'cas-mismatch', revision };
  }

  /** To remove what is not there changes nothing. */
  apply(op: ChangeOp, revision: number): Applied {
    if (op.f === 'txn') return this.applyTxn(op, revision);
    if (op.f === 'grant' || op.f === 'revoke') return this.applyLease(op, revision);
    const values = op.f === 'delete-prefix' ? this.removed(op.prefix) : written(op);
    const changes = this.setAll(values, revision);
    const lease = leaseIn(op);
    for (const [key, value] of lease === null ? [] : values) {
      if (value !== null) this.leases.attach(key, lease ?? 0);
    }
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
    const { results, succeeded } = this.run(op, revision + 1);
    for (const at of revisionsRead(op, succeeded)) {
      const { log, rules } = this.past(revision);
      const problem = problemWithPast(log, at, revision, rules);
      if (problem !== null) return problem;
    }
    const bytes = Buffer.byteLength(JSON.stringify(results));
    if (bytes <= valueBytesMax) return null;
    const reason = `what it reads and writes is ${bytes} bytes, at most ${valueBytesMax}`;
    return { code: 'too-large', reason };
  }

  private run(op: TxnChange, revision: number): TxnResult {
    const get = (key: string, at?: number): Value =>
      at === undefined ? this.get(key) : valueAt(this.past(revision - 1), key, this.get(key), at);
    return runTxn(op, get, revision, this.rules);
  }

  /** Its end is one change, which travels in one message. */
  private checkLease(lease: number, more: number): StoreError | null {
    if (this.leases.get(lease) === undefined) return { code: 'unknown-lease', lease };
    const keys = this.leases.sizeOf(lease) + more;
    if (keys <= prefixKeysMax) return null;
    const reason = `${keys} keys would go with the lease, at most ${prefixKeysMax}`;
    return { code: 'too-large', reason };
  }

  /** All of it is one change, which travels in one message. */
  private checkPrefix(prefix: string): StoreError | null {
    const keys = this.removed(prefix);
    if (keys.length <= prefixKeysMax) return null;
    const reason = `${keys.length} keys begin so, at most ${prefixKeysMax} at once`;
    return { code: 'too-large', reason };
  }

  private removed(prefix: string): readonly Written[] {
    const keys = this.list(prefix).map(({ key }) => key);
    return this.rules.removedWith(keys).map((key) => [key, null]);
  }

  expirable(): Iterable<Lease> {
    return this.leases.expirable();
  }

  expire(lease: number, revision: number): readonly Change[] | null {
    return this.endLease(lease, 'expired', revision);
  }

  private applyLease(op: ChangeOp & { readonly f: 'grant' | 'revoke' }, revision: number): Applied {
    if (op.f === 'grant') {
      const { ttlUs } = op;
      this.leases.grant(revision, ttlUs);
      const granted = { change: 'granted', lease: revision, ttlUs } as const;
      return {
        answer: { type: 'lease', lease: revision, ttlUs, revision },
        changes: [{ scope: 'lease', revision, ...granted }],
      };
    }
    const { lease } = op;
    const ttlUs = this.leases.get(lease)?.ttlUs ?? 0;
    return {
      answer: { type: 'lease', lease, ttlUs, revision },
      changes: this.endLease(lease, 'revoked', revision) ?? [],
    };
  }

  private endLease(
    lease: number,
    change: 'revoked' | 'expired',
    revision: number,
  ): readonly Change[] | null {
    const held = this.leases.get(lease);
    if (held === undefined) return null;
    const keys = this.rules.endsWithLease(this.leases.end(lease));
    const removed = this.setAll(
      keys.map((key) => [key, null]),
      revision,
    );
    return [{ scope: 'lease', revision, change, ...held }, ...removed];
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
    if (next === null || !this.rules.keepsLease()) this.leases.detach(key);
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

/** The lease that an operation is about; null: none. */
function leaseIn(op: ChangeOp): number | null {
  if (op.f === 'revoke') return op.lease;
  return (op.f === 'write' || op.f === 'write-all') && op.lease !== undefined ? op.lease : null;
}

/** Equal as JSON; objects with their keys in the same order. */
function isSame(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
