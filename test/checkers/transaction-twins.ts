/** The check of transactions against the twin that tries every order. */
import assert from 'node:assert/strict';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { levels, type Level } from '../../harness/checkers/transactions/levels.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
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
