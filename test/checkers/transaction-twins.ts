/** The check of transactions against the twin that tries every order. */
import assert from 'node:assert/strict';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { levels, type Level } from '../../harness/checkers/transactions/levels.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Agreement } from './twin.ts';
import { interleavedTxns, isPossible, randomTxns } from './transaction-twin.ts';

const kinds = ['list-append', 'rw-register'] as const;

/** By kind and level: holds the check against its twin on so many histories. */
export const transactionTwins: Readonly<Record<string, (cases: number) => Agreement>> =
  Object.fromEntries(
    kinds.flatMap((kind) =>
      // Of registers no order at all is against read uncommitted.
      levels
        .filter((level) => level !== 'read-uncommitted' || kind === 'list-append')
        .map((level) => [`${kind}, ${level}`, (cases: number) => agree(kind, level, cases)]),
    ),
  );

/** Throws an AssertionError with the seed where they disagree. An unknown contradicts nothing. */
function agree(kind: TxnKind, level: Level, cases: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const draw = new Prng(seed);
    // What is isolated somehow hardly ever breaks the weakest level.
    const { happened, failed } =
      level === 'read-uncommitted' ? interleavedTxns(draw, 3) : randomTxns(draw, kind, 4);
    const { kind: verdict } = checkTransactions(tableOf(happened, failed, kind), level);
    if (verdict === 'unknown') continue;
    const expected = isPossible(happened, level);
    assert.equal(verdict, expected ? 'holds' : 'violated', `seed ${seed}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

const withRepeats = [
  'strict-serializable',
  'serializable',
  'snapshot-isolation',
  'prefix',
  'session-causal',
  'causal',
  'read-atomic',
] as const;

/** Values are written more than once: by kind and level; an unknown is counted. */
export const repeatedTwins: Readonly<
  Record<string, (cases: number) => Agreement & { readonly unknown: number }>
> = Object.fromEntries(
  kinds.flatMap((kind) =>
    withRepeats.map((level) => [
      `${kind}, ${level}`,
      (cases: number) => agreeOnRepeated(kind, level, cases),
    ]),
  ),
);

function agreeOnRepeated(kind: TxnKind, level: Level, cases: number) {
  const tally = { legal: 0, illegal: 0, unknown: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const { happened, failed } = randomTxns(new Prng(seed), kind, 4);
    const values = kind === 'list-append' ? 2 : 3;
    const ops = folded(happened, values);
    // A value that only a failed one wrote is one that nobody may read; of one that nobody wrote nothing is known.
    const table = tableOf(ops, folded(failed, values), kind);
    const { kind: verdict } = checkTransactions(table, level);
    if (verdict === 'unknown') {
      tally.unknown += 1;
      continue;
    }
    const expected = isPossible(ops, level);
    assert.equal(verdict, expected ? 'holds' : 'violated', `seed ${seed}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

/** Every value becomes one of `values`. */
function folded(ops: readonly Op[], values: number): Op[] {
  const small = (v: Json): Json =>
    Array.isArray(v) ? v.map(small) : typeof v === 'number' ? v % values : v;
  const fold = (micros: Json): Json =>
    (micros as readonly (readonly [Json, Json, Json])[] | null)?.map(([f, k, v]) => [
      f,
      k,
      small(v),
    ]) ?? null;
  return ops.map((op) => ({ ...op, input: fold(op.input), output: fold(op.output) }));
}
