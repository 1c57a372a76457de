/**
 * Transactions on keys, as etcd has them: all comparisons are true of one moment, and at that moment one
 * list of operations is carried out or the other, all of it at one revision.
 */
import type { Json } from '../../../harness/core/host.ts';
import type { KeyValue } from '../answered.ts';
import type { ChangeOp, TxnCompare, TxnOp } from '../asked.ts';
import type { StoreRules } from '../rules.ts';

export type TxnRules = Pick<StoreRules, 'txnWrites' | 'txnReadsOwn' | 'txnSucceeds'>;

export interface TxnResult {
  readonly succeeded: boolean;
  /** One for each operation that was carried out: what was read, or the version that was written. */
  readonly results: readonly KeyValue[];
  /** By key, in the order of the operations; null deletes. */
  readonly writes: ReadonlyMap<string, Json>;
}

/** What it would do at `revision`; nothing is changed. */
export function runTxn(
  { compare, then, else: otherwise }: ChangeOp & { readonly f: 'txn' },
  get: (key: string, at?: number) => { readonly value: Json; readonly version: number },
  revision: number,
  rules: TxnRules,
): TxnResult {
  const succeeded = rules.txnSucceeds(compare.map((c) => isTrue(c, get(c.key))));
  const writes = new Map<string, Json>();
  const results = (succeeded ? then : otherwise).map((o): KeyValue => {
    if (o.op !== 'get') {
      const value = o.op === 'put' ? o.value : null;
      writes.set(o.key, value);
      return { key: o.key, value, version: revision };
    }
    if (o.revision !== undefined) return { key: o.key, ...get(o.key, o.revision) };
    const own = rules.txnReadsOwn() ? writes.get(o.key) : undefined;
    if (own === undefined) return { key: o.key, ...get(o.key) };
    return { key: o.key, value: own, version: own === null ? 0 : revision };
  });
  return { succeeded, results, writes: rules.txnWrites(writes) };
}

/** Of which revisions the branch that it takes reads. */
export function revisionsRead(
  { then, else: otherwise }: ChangeOp & { readonly f: 'txn' },
  succeeded: boolean,
): readonly number[] {
  return (succeeded ? then : otherwise).flatMap((o) =>
    o.op === 'get' && o.revision !== undefined ? [o.revision] : [],
  );
}

function isTrue(c: TxnCompare, now: { readonly value: Json; readonly version: number }): boolean {
  if ('version' in c) return now.version === c.version;
  if ('exists' in c) return (now.value !== null) === c.exists;
  return now.value === c.value || JSON.stringify(now.value) === JSON.stringify(c.value);
}

/** Operations and comparisons of one transaction; etcd has the same limit. */
const txnPartsMax = 128;

/** What is wrong with the shape of a transaction, in words, or null. */
export function txnParts(op: ChangeOp & { readonly f: 'txn' }): string | readonly TxnPart[] {
  const lists: readonly unknown[] = [op.compare, op.then, op.else];
  if (!lists.every(Array.isArray)) return 'compare, then and else are not lists';
  const parts = [...op.compare, ...op.then, ...op.else];
  if (parts.length > txnPartsMax) {
    return `the transaction has ${parts.length} parts, at most ${txnPartsMax}`;
  }
  const wrong =
    op.compare.find((c) => !isCompare(c)) ?? [...op.then, ...op.else].find((o) => !isOp(o));
  return wrong === undefined ? parts : `${JSON.stringify(wrong)} is no part of a transaction`;
}

export type TxnPart = TxnCompare | TxnOp;

function isCompare(c: unknown): boolean {
  if (typeof c !== 'object' || c === null || !('key' in c)) return false;
  if ('version' in c) return Number.isSafeInteger(c.version);
  return 'exists' in c ? typeof c.exists === 'boolean' : 'value' in c;
}

function isOp(o: unknown): boolean {
  if (typeof o !== 'object' || o === null || !('op' in o) || !('key' in o)) return false;
  if (o.op === 'get') return !('revision' in o) || Number.isSafeInteger(o.revision);
  return o.op === 'put' ? 'value' in o && o.value !== null : o.op === 'delete';
}
