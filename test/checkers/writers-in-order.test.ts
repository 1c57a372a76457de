/** Who of two writers comes first: held against the twin that tries every order, and against histories that are too long for it. */
import assert from 'node:assert/strict';
import { Analysis } from '../../harness/checkers/transactions/analysis.ts';
import { problemOf } from '../../harness/checkers/transactions/certificate.ts';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { excludes, type Level } from '../../harness/checkers/transactions/levels.ts';
import { refuteSerial } from '../../harness/checkers/transactions/replay/serial.ts';
import { refuteSnapshots } from '../../harness/checkers/transactions/replay/snapshots.ts';
import { writersInOrder } from '../../harness/checkers/transactions/search/writers.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnTable } from '../../harness/checkers/transactions/table/table.ts';
import { Txns } from '../../harness/checkers/transactions/table/txns.ts';
import { Writes } from '../../harness/checkers/transactions/table/writes.ts';
import { Prng } from '../../harness/core/prng.ts';
import { snapshotHistory } from './snapshot-database.ts';
import { isPossible, randomTxns } from './transaction-twin.ts';

const refutes: Readonly<
  Partial<Record<Level, (table: TxnTable, order: Int32Array) => string | null>>
> = {
  serializable: (table, order) => refuteSerial(table, order, 'none'),
  'snapshot-isolation': (table, order) => refuteSnapshots(table, order, true),
  prefix: (table, order) => refuteSnapshots(table, order, false),
};

describe('the order of writers', () => {
  for (const [level, refute] of Object.entries(refutes)) {
    it(`${level}: one that is found replays, and is found wherever there is one`, () => {
      const tally = { found: 0, none: 0 };
      for (let seed = 0; seed < 1_500; seed++) {
        const { happened, failed } = randomTxns(new Prng(seed), 'rw-register', 4);
        const table = tableOf(happened, failed, 'rw-register');
        const analysis = new Analysis(Txns.all(table, new Writes(table)));
        // Of what was read and never written a search knows nothing: that is an anomaly, and looked for before.
        if (analysis.anomalies.some((a) => excludes(level as Level, a.kind))) continue;
        const order = writersInOrder(problemOf(analysis, level as Level), 10_000)?.order ?? null;
        const isThere = isPossible(happened, level as Level);
        assert.equal(order !== null, isThere, `seed ${seed}`);
        if (order !== null) {
          const isSerial = level === 'serializable';
          const { hasHappened } = analysis.dependencies;
          const points = order.filter((p) => hasHappened[isSerial ? p : p >> 1] === 1);
          assert.equal(refute(table, points), null, `seed ${seed}`);
        }
        tally[order === null ? 'none' : 'found'] += 1;
      }
      assert.ok(tally.found > 1_000 && tally.none > 0, JSON.stringify(tally));
    });
  }

  it('is found of 1,000 transactions that a search in time does not place', () => {
    const load = { sessions: 20, transactions: 50, operations: 15, keys: 3_000 } as const;
    const table = snapshotHistory(1, { ...load, readsPermille: 500, distribution: 'uniform' });
    const { kind, reason } = checkTransactions(table, 'snapshot-isolation');
    assert.equal(kind, 'holds', reason);
  });
});
