/** Operations on keys and values. */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import type { Json } from '../../core/host.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations, type ListSpec } from '../draw.ts';
import { anyJson, type Cell, type Ended, type Lesson, type OperationKind, show } from '../kind.ts';
import { ranges } from './ranges.ts';

const records = z.custom<Readonly<Record<string, Json>>>(
  (x) => typeof x === 'object' && x !== null && !Array.isArray(x),
  'expected an object of keys and values',
);

const read: OperationKind = {
  f: 'read',
  line: 'read a key; the value must be the latest',
  input: anyJson,
  output: anyJson,
  describeOutput: (value) => ` ${show(value)}`,
  learns: lastValue,
  cells: ({ key, input, output }) => [{ f: 'read', key, input, output }],
};

/** It promises less than a read: no judge takes it for one, and nothing is learnt from it. */
const readStale: OperationKind = {
  f: 'read-stale',
  line: 'read a key from any server; the value may be old',
  input: anyJson,
  output: anyJson,
  describeOutput: (value) => ` ${show(value)}`,
};

const readAt: OperationKind<number, Json> = {
  f: 'read-at',
  line: 'read a key as it was at a revision',
  input: z.number().int().positive(),
  output: anyJson,
  describeInput: (revision) => ` as it was at revision ${revision}`,
  describeOutput: (value) => ` ${show(value)}`,
};

const write: OperationKind = {
  f: 'write',
  line: 'write a key',
  input: anyJson,
  output: anyJson,
  cells: ({ key, input, output }) => [{ f: 'write', key, input, output }],
};

const cas: OperationKind = {
  f: 'cas',
  line: 'write a key if it has the expected value',
  input: anyJson,
  output: anyJson,
  describeInput: (input) =>
    Array.isArray(input)
      ? ` ${show(input[0] as Json)} → ${show(input[1] as Json)}`
      : ` = ${show(input)}`,
  cells: ({ key, input, output }) => [{ f: 'cas', key, input, output }],
};

const remove: OperationKind = {
  f: 'delete',
  line: 'remove a key',
  input: anyJson,
  output: anyJson,
  cells: ({ key, input, output }) => [{ f: 'delete', key, input, output }],
};

/** Sets several keys at one moment. Key by key, which is all that can be asked of a register, it is a write. */
const writeAll: OperationKind<Readonly<Record<string, Json>>> = {
  f: 'write-all',
  line: 'write several keys at one moment',
  input: records,
  output: anyJson,
  cells: ({ input }) =>
    Object.entries(input).map(([key, value]): Cell => {
      return { f: 'write', key, input: value, output: value };
    }),
};

export const kv: readonly OperationKind<unknown, unknown>[] = [
  read,
  readStale,
  readAt as OperationKind<unknown, unknown>,
  write,
  cas,
  remove,
  writeAll,
  ...ranges,
];

/** What was read is what `$last` stands for. */
export function lastValue(ended: Ended<Json>): Lesson {
  return ended.type === 'ok' ? { last: ended.output } : null;
}

/** Weights of the operations in the mix; an absent one is 0. */
export type Mix = Readonly<Partial<Record<KvOperation, number>>>;
type KvOperation = 'read' | 'read-stale' | 'write' | 'cas' | 'delete' | 'write-all';

export interface KvSpec extends ListSpec {
  readonly keys: number;
  readonly mix: Mix;
  /** Keys are this and a number: `k`. Agents keep copies of what is under `config/`. */
  readonly prefix?: string;
}

/**
 * Reads, writes and compare-and-sets over a few keys. Every written value is unique in the run (the
 * operation's id), which lets the fast checkers decide; `cas` goes from what the client last read,
 * `write-all` sets all the keys at once.
 */
export function kvOperations(draw: Prng, spec: KvSpec): Operation[][] {
  const mix = Object.entries(spec.mix) as [KvOperation, number][];
  const prefix = spec.prefix ?? 'k';
  const keys = Array.from({ length: spec.keys }, (_, i) => `${prefix}${i}`);
  return drawOperations(draw, spec, (d, id) => {
    const f = weighted(d, mix);
    if (f === 'write-all') {
      return { f, key: prefix, value: Object.fromEntries(keys.map((key) => [key, id])) };
    }
    const value: Json = f === 'cas' ? ['$last', id] : f === 'write' ? id : null;
    return { f, key: `${prefix}${d.below(spec.keys)}`, value };
  });
}

function weighted<T>(draw: Prng, items: readonly (readonly [T, number])[]): T {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let left = draw.below(total);
  for (const [item, weight] of items) {
    if (left < weight) return item;
    left -= weight;
  }
  return assert(false, 'weights do not add up', { total }) as never;
}
