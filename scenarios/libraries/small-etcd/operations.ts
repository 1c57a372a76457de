/** etcd's KV requests over the small store, in the shape of its protocol's messages. */
import type { KeyValue, SmallStore } from './store.ts';

interface RangeRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
  readonly limit: number;
  readonly sort_order: 'None' | 'Ascend' | 'Descend';
  readonly sort_target: 'Key' | 'Version' | 'Create' | 'Mod' | 'Value';
  readonly max_create_revision: number;
}

interface PutRequest {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly lease: number;
}

interface DeleteRequest {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

interface Compare {
  readonly result: 'Equal' | 'Greater' | 'Less' | 'NotEqual';
  readonly target: 'Version' | 'Create' | 'Mod' | 'Value' | 'Lease';
  readonly key: Buffer;
  readonly target_union: 'version' | 'create_revision' | 'mod_revision' | 'value' | 'lease';
  readonly version?: number;
  readonly create_revision?: number;
  readonly mod_revision?: number;
  readonly value?: Buffer;
  readonly lease?: number;
}

interface RequestOp {
  readonly request_range?: RangeRequest;
  readonly request_put?: PutRequest;
  readonly request_delete_range?: DeleteRequest;
}

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

const absent = { version: 0, create_revision: 0, mod_revision: 0, lease: 0 };
const empty = Buffer.alloc(0);

export class Operations {
  private readonly store: SmallStore;

  constructor(store: SmallStore) {
    this.store = store;
  }

  header(): object {
    return { cluster_id: 1, member_id: 1, revision: this.store.revision, raft_term: 1 };
  }

  range(r: RangeRequest): object {
    const made = r.max_create_revision;
    const all = this.store
      .range({ key: r.key, end: r.range_end })
      .filter((kv) => made === 0 || kv.create_revision <= made)
      .sort((a, b) => order(r, a, b));
    const kvs = r.limit > 0 ? all.slice(0, r.limit) : all;
    return { header: this.header(), kvs, count: all.length, more: kvs.length < all.length };
  }

  put(r: PutRequest): object {
    return this.store.commit(() => this.putNow(r));
  }

  remove(r: DeleteRequest): object {
    return this.store.commit(() => this.removeNow(r));
  }

  txn(r: TxnRequest): object {
    const { store } = this;
    const succeeded = r.compare.every((c) => isTrue(c, store));
    const responses = store.commit(() =>
      (succeeded ? r.success : r.failure).map((op) => this.perform(op)),
    );
    return { header: this.header(), succeeded, responses };
  }

  private perform(op: RequestOp): object {
    if (op.request_put) return { response_put: this.putNow(op.request_put) };
    if (op.request_range) return { response_range: this.range(op.request_range) };
    if (op.request_delete_range) {
      return { response_delete_range: this.removeNow(op.request_delete_range) };
    }
    throw new Error('a transaction within a transaction is left out here');
  }

  private putNow({ key, value, lease }: PutRequest): object {
    this.store.put(key, value, lease);
    return { header: this.header() };
  }

  private removeNow({ key, range_end: end }: DeleteRequest): object {
    return { deleted: this.store.remove({ key, end }), header: this.header() };
  }
}

function order(
  { sort_order: by, sort_target: what }: RangeRequest,
  a: KeyValue,
  b: KeyValue,
): number {
  const ascending = ((): number => {
    switch (what) {
      case 'Key':
        return a.key.compare(b.key);
      case 'Value':
        return a.value.compare(b.value);
      case 'Version':
        return a.version - b.version;
      case 'Create':
        return a.create_revision - b.create_revision;
      case 'Mod':
        return a.mod_revision - b.mod_revision;
    }
  })();
  return by === 'Descend' ? -ascending : by === 'Ascend' ? ascending : 0;
}

function isTrue(c: Compare, store: SmallStore): boolean {
  const kv = store.range({ key: c.key, end: empty })[0];
  const wanted = c[c.target_union] ?? 0;
  const difference =
    typeof wanted === 'number'
      ? Number((kv ?? absent)[c.target_union as keyof typeof absent]) - wanted
      : (kv?.value ?? empty).compare(wanted);
  switch (c.result) {
    case 'Equal':
      return difference === 0;
    case 'NotEqual':
      return difference !== 0;
    case 'Greater':
      return difference > 0;
    case 'Less':
      return difference < 0;
  }
}
