/**
 * What etcd's robustness tests keep of their clients (etcd c34dc7e, tests/robustness/report: `client-N/operations.json`,
 * model/types.go): as operations of one register a key, with etcd's revisions for versions.
 *
 * A transaction on the revision that a key had is a `cas` from the value of that revision. What cannot be told as an
 * operation of a register is left out and counted: ranges of keys, reads of the past, leases. A key that
 * such an operation may have changed is left out as a whole.
 */
import type { Json } from '../../../core/host.ts';
import { eachForm } from '../each-form.ts';
import { FormScanner } from '../forms.ts';
import { malformed } from '../malformed.ts';
import type { Call } from './calls.ts';

type Fields = Readonly<Partial<Record<string, Json>>>;

export class EtcdReport {
  private readonly records: { readonly record: Fields; readonly line: number }[] = [];
  private readonly leftOut = new Map<string, number>();
  /** Keys that were changed by what no register has. */
  private readonly tainted = new Set<string>();
  /** By key and revision: what was put there. */
  private readonly values = new Map<string, Json>();

  /** Of one client. Throws E_HISTORY. */
  read(pieces: Iterable<Uint8Array>, file: string): void {
    const decoder = new TextDecoder();
    // Objects follow one another, each over many lines and without commas, as forms of EDN do.
    const scanner = new FormScanner('edn', false, file, (bytes, from, to, line) => {
      const text = decoder.decode(bytes.subarray(from, to));
      eachForm([new TextEncoder().encode(`[${text}]`)], 'jsonl', file, (value) => {
        const record = fieldsOf(value);
        if (typeof record['Call'] !== 'number' || fieldsOf(record['Input'])['Type'] === undefined) {
          malformed(
            file,
            line,
            'got no operation, wanted ClientID, Input, Call, Output and Return',
          );
        }
        this.records.push({ record, line });
      });
    });
    for (const piece of pieces) scanner.take(piece);
    scanner.end();
  }

  /** All that was read, and what was left out of it, in words. */
  calls(): { readonly calls: readonly Call[]; readonly notes: readonly string[] } {
    for (const { record } of this.records) this.learn(record);
    const all = this.records.flatMap(({ record, line }) => this.callOf(record, line) ?? []);
    const calls = all.filter((call) => !this.tainted.has(call.key));
    const count = all.length - calls.length;
    if (count > 0) this.leftOut.set('on keys that they may have changed', count);
    const kinds = [...this.leftOut].map(([kind, n]) => `${n} ${kind}`);
    const notes =
      kinds.length === 0
        ? []
        : [`Left out, as a register has no such operations: ${kinds.join(', ')}.`];
    return { calls, notes };
  }

  /** What each revision of a key held. */
  private learn({ Input, Output }: Fields): void {
    const { revision, results } = answerOf(Output);
    for (const kv of results.flatMap((r) => listOf(r['KVs'])).map(fieldsOf)) {
      this.values.set(`${String(kv['Key'])} ${String(kv['ModRevision'])}`, valueOf(kv['Value']));
    }
    const put = soleWrite(fieldsOf(Input));
    const isDone = fieldsOf(fieldsOf(Output)['Txn'])['Failure'] !== true;
    if (put !== null && isDone && revision > 0) {
      this.values.set(`${put.key} ${revision}`, put.value);
    }
  }

  private callOf(record: Fields, line: number): Call | null {
    const input = fieldsOf(record['Input']);
    const output = fieldsOf(record['Output']);
    const of = {
      process: Number(record['ClientID']),
      type: typeOf(output),
      fromNs: BigInt(Number(record['Call'])),
      toNs: BigInt(Number(record['Return'])),
      line,
    };
    if (input['Type'] === 'range') return this.readOf(fieldsOf(input['Range']), output, of);
    if (input['Type'] === 'txn') return this.writeOf(fieldsOf(input['Txn']), input, output, of);
    return this.without(String(input['Type']));
  }

  private readOf(range: Fields, output: Fields, of: Shared): Call | null {
    const { revision, results } = answerOf(output);
    const isOne = !range['End'] && !range['Revision'] && range['KeysOnly'] !== true;
    if (!isOne || revision < 0) return this.without('ranges or reads of the past');
    const [kv] = results.flatMap((r) => listOf(r['KVs'])).map(fieldsOf);
    const read = kv === undefined ? null : valueOf(kv['Value']);
    const version = Number(kv?.['ModRevision'] ?? 0);
    return {
      ...of,
      f: 'read',
      key: String(range['Start']),
      input: null,
      output: read,
      ...(version > 0 && { version }),
    };
  }

  private writeOf(txn: Fields, input: Fields, output: Fields, of: Shared): Call | null {
    const write = soleWrite(input);
    const conditions = listOf(txn['Conditions']).map(fieldsOf);
    const [condition] = conditions;
    const isOwn = condition === undefined || String(condition['Key']) === write?.key;
    const isRevision = condition === undefined || !condition['ExpectedVersion'];
    if (write === null || write.hasLease || conditions.length > 1 || !isOwn || !isRevision) {
      for (const key of keysWritten(txn)) this.tainted.add(key);
      return this.without('transactions of several operations, or with leases');
    }
    const { key, value } = write;
    const { revision } = answerOf(output);
    const isRefused = fieldsOf(output['Txn'])['Failure'] === true;
    const type = isRefused && of.type === 'ok' ? 'fail' : of.type;
    const from = this.expected(key, condition);
    const shared = { ...of, key, type, output: null };
    const version = revision > 0 && type === 'ok' ? { version: revision } : {};
    // Of a revision that nobody saw, only what was left there is known.
    if (from !== undefined) return { ...shared, f: 'cas', input: [from, value], ...version };
    if (value === null) return { ...shared, f: 'delete', input: null };
    return { ...shared, f: 'write', input: value, ...version };
  }

  /** What a key held at the revision that is asked for; undefined: nothing is, or nobody knows. */
  private expected(key: string, condition: Fields | undefined): Json | undefined {
    if (condition === undefined) return undefined;
    const revision = Number(condition['ExpectedRevision'] ?? 0);
    return revision === 0 ? null : this.values.get(`${key} ${revision}`);
  }

  private without(kind: string): null {
    this.leftOut.set(kind, (this.leftOut.get(kind) ?? 0) + 1);
    return null;
  }
}

type Shared = Pick<Call, 'process' | 'type' | 'fromNs' | 'toNs' | 'line'>;

/** An answer, an error whose effect nobody knows, or a request that was refused. */
function typeOf(output: Fields): Call['type'] {
  if (output['Error'] || output['Persisted'] === true) return 'info';
  return output['ClientError'] ? 'fail' : 'ok';
}

function answerOf(output: Json | undefined): {
  readonly revision: number;
  readonly results: readonly Fields[];
} {
  const { Revision, Range, Txn } = fieldsOf(output);
  const results = [fieldsOf(Range), ...listOf(fieldsOf(Txn)['Results']).map(fieldsOf)];
  return { revision: Number(Revision ?? 0), results };
}

/** The one put (or delete: null) that a transaction makes when it succeeds, if it makes no more. */
function soleWrite(
  input: Fields,
): { readonly key: string; readonly value: Json; readonly hasLease: boolean } | null {
  const txn = fieldsOf(input['Txn']);
  const done = listOf(txn['OperationsOnSuccess']).map(fieldsOf);
  const otherwise = listOf(txn['OperationsOnFailure']).map(fieldsOf);
  const [op] = done;
  const isLook = otherwise.every((o) => o['Type'] === 'range-operation');
  if (op === undefined || done.length > 1 || !isLook) return null;
  const { Key, Value, LeaseID } = fieldsOf(op['Put']);
  if (op['Type'] === 'put-operation') {
    return { key: String(Key), value: valueOf(Value), hasLease: Number(LeaseID ?? 0) !== 0 };
  }
  if (op['Type'] !== 'delete-operation') return null;
  return { key: String(fieldsOf(op['Delete'])['Key']), value: null, hasLease: false };
}

function keysWritten(txn: Fields): string[] {
  const all = [...listOf(txn['OperationsOnSuccess']), ...listOf(txn['OperationsOnFailure'])];
  return all.map(fieldsOf).flatMap((op) => {
    if (op['Type'] === 'put-operation') return [String(fieldsOf(op['Put'])['Key'])];
    return op['Type'] === 'delete-operation' ? [String(fieldsOf(op['Delete'])['Key'])] : [];
  });
}

/** A long value is told by its hash alone. */
function valueOf(told: Json | undefined): Json {
  const { Value, Hash } = fieldsOf(told);
  return Hash === undefined ? (Value ?? '') : `#${String(Hash)}`;
}

function fieldsOf(value: Json | undefined): Fields {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Fields) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
