/** Transactions as Jepsen writes them: `[["r", "x", null], ["w", "y", 3]]`, and on lists `["append", "y", 3]`. */
import { z } from 'zod';
import type { Json } from '../../core/host.ts';
import type { Prng } from '../../core/prng.ts';
import type { Operation } from '../../core/program.ts';
import { drawOperations, type ListSpec } from '../draw.ts';
import { anyJson, type Cell, type OperationKind } from '../kind.ts';
import { transact } from './compared.ts';
import { transactionText } from './words.ts';

/** One part of a transaction: a read, whose value is null until it is known, or a write. */
export type Micro = readonly ['r' | 'w', string, Json];

const micros: z.ZodType<readonly Micro[]> = z.array(
  z.tuple([z.enum(['r', 'w']), z.string(), anyJson]),
);

const txnKind: OperationKind<readonly Micro[], readonly Micro[]> = {
  f: 'txn',
  line: 'read and write several keys as one transaction, as Jepsen writes them',
  input: micros,
  output: micros,
  namesKeys: true,
  describeInput: (input) => ` ${transactionText(input as unknown as Json, true)}`,
  describeOutput: (output) => ` ${transactionText(output as unknown as Json)}`,
  cells({ input, output }) {
    const done = micros.safeParse(output);
    return (done.success ? done.data : input).map(([f, key, value]): Cell => {
      const isRead = f === 'r';
      const result = done.success ? value : null;
      return { f: isRead ? 'read' : 'write', key, input: isRead ? null : value, output: result };
    });
  },
};

/** One part of a transaction on lists: a read, which finds elements in their order, or an element at the end. */
export type ListMicro = readonly ['r' | 'append', string, Json];

const listMicros: z.ZodType<readonly ListMicro[]> = z.array(
  z.tuple([z.enum(['r', 'append']), z.string(), anyJson]),
);

const appendKind: OperationKind<readonly ListMicro[], readonly ListMicro[]> = {
  f: 'txn-append',
  line: 'read lists and append to them as one transaction, as Jepsen writes them',
  input: listMicros,
  output: listMicros,
  namesKeys: true,
  describeInput: (input) => ` ${transactionText(input as unknown as Json, true)}`,
  describeOutput: (output) => ` ${transactionText(output as unknown as Json)}`,
};

export const txn: readonly OperationKind<unknown, unknown>[] = [
  txnKind as OperationKind<unknown, unknown>,
  appendKind as OperationKind<unknown, unknown>,
  transact as OperationKind<unknown, unknown>,
];

export interface TxnSpec extends ListSpec {
  /** Keys are `t0`, `t1` …: a transaction touches several of them. */
  readonly keys: number;
  /** Parts of one transaction, at most. */
  readonly partsMax: number;
}

/**
 * Transactions of reads and writes over a few keys. Every value is unique in the run, so that each read
 * shows which transaction wrote it.
 */
export function txnOperations(draw: Prng, spec: TxnSpec): Operation[][] {
  return drawOperations(draw, spec, (d, id) => {
    const parts = d.between(1, spec.partsMax);
    const value = Array.from({ length: parts }, (_, i): Micro => {
      const key = `t${d.below(spec.keys)}`;
      return d.chance(500) ? ['r', key, null] : ['w', key, id * spec.partsMax + i + 1];
    });
    return { f: 'txn', key: 't', value: value as unknown as Json };
  });
}

/**
 * The same on lists, whose keys are `l0`, `l1` …: who reads one sees in what order all was appended to it, so
 * that more can be told of these than of registers (Elle; Kingsbury & Alvaro, 2020).
 */
export function appendOperations(draw: Prng, spec: TxnSpec): Operation[][] {
  return drawOperations(draw, spec, (d, id) => {
    const parts = d.between(1, spec.partsMax);
    const value = Array.from({ length: parts }, (_, i): ListMicro => {
      const key = `l${d.below(spec.keys)}`;
      return d.chance(500) ? ['r', key, null] : ['append', key, id * spec.partsMax + i + 1];
    });
    return { f: 'txn-append', key: 'l', value: value as unknown as Json };
  });
}
