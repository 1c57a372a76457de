/** Operations on several keys: ranges, whole prefixes, transactions. */
import type { Call, Json } from '../../harness/core/host.ts';
import { configPrefix } from './protocol.ts';
import type { Consistency, StoreOp, TxnCompare, TxnOp } from './asked.ts';

type Fields = Readonly<Record<string, Json>>;

export const keyOperations = {
  'publish-config': publish,
  list,
  'delete-prefix': deletePrefix,
  transact,
  txn,
} as const;

function publish({ key, value }: Call): StoreOp {
  return { f: 'write', key: `${configPrefix}${key}`, value };
}

/** The first `limit` keys that begin with `key` and come after `after`: `{ limit, after, revision, consistency }`. */
function list({ key, value }: Call): StoreOp {
  const { limit, after, revision, consistency = 'consistent' } = fieldsOf(value);
  return {
    f: 'list',
    prefix: key,
    consistency: consistency as Consistency,
    ...(limit !== undefined && { limit: limit as number }),
    ...(after !== undefined && { after: after as string }),
    ...(revision !== undefined && { revision: revision as number }),
  };
}

/** Answers with how many keys it removed. */
function deletePrefix({ key }: Call): StoreOp {
  return { f: 'delete-prefix', prefix: key };
}

/** `{ compare, then, else }`, as the protocol has them; answers with `{ succeeded, results, revision }`. */
function transact({ value }: Call): StoreOp {
  const { compare = [], then = [], else: otherwise = [] } = fieldsOf(value);
  return {
    f: 'txn',
    compare: compare as unknown as TxnCompare[],
    then: then as unknown as TxnOp[],
    else: otherwise as unknown as TxnOp[],
  };
}

/** As Jepsen writes it: `[["r", "x", null], ["w", "y", 3]]`; answers with the reads filled in. */
function txn({ value }: Call): StoreOp | null {
  if (!Array.isArray(value) || !(value as Json[]).every(isMicro)) return null;
  const then = (value as Micro[]).map(([f, key, v]): TxnOp => {
    return f === 'r' ? { op: 'get', key } : { op: 'put', key, value: v };
  });
  return { f: 'txn', compare: [], then, else: [] };
}

type Micro = readonly ['r' | 'w', string, Json];

function isMicro(m: Json): boolean {
  if (!Array.isArray(m)) return false;
  const [f, key] = m as readonly Json[];
  return (f === 'r' || f === 'w') && typeof key === 'string';
}

function fieldsOf(value: Json): Fields {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Fields) : {};
}
