/** Who of two writers comes first: held against the twin that tries every order, and against histories that are too long for it. */
import assert from 'node:assert/strict';
import { Analysis } from '../../harness/checkers/transactions/analysis.ts';
import { problemOf } from '../../harness/checkers/transactions/certificate.ts';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { excludes, type Level } from '../../harness/checkers/transactions/levels.ts';
import { refuteSerial } from '../../harness/checkers/transactions/replay/serial.ts';
import { refuteSnapshots } from '../../harness/checkers/transactions/replay/snapshots.ts';
import { Reach } from '../../harness/checkers/transactions/search/reach.ts';
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

  it('keeps what comes before what while it grows, also when some is taken back, and tells where it changed', () => {
    for (let seed = 0; seed < 300; seed++) {
      const draw = new Prng(seed);
      const { happened, failed } = randomTxns(draw, 'rw-register', 5);
      const table = tableOf(happened, failed, 'rw-register');
      const analysis = new Analysis(Txns.all(table, new Writes(table)));
      const problem = problemOf(analysis, 'snapshot-isolation');
      const reach = Reach.of(problem);
      if (reach === null) continue;
      const given: [from: number, to: number][] = [];
      for (let v = 0; v < problem.points; v++) {
        problem.after.each(v, 0xff, (to) => given.push([v, to]));
      }
      let [edges, marked] = [given, given];
      const check = (): void => {
        const wanted = closed(problem.points, edges);
        wanted.forEach((row, from) =>
          row.forEach((is, to) => {
            assert.equal(reach.isBefore(from, to), is, `seed ${seed}: ${from} before ${to}`);
          }),
        );
      };
      for (let i = 0; i < 20; i++) {
        const step = draw.below(5);
        if (step === 0) {
          reach.mark();
          marked = edges;
        } else if (step === 1) {
          reach.takeBack();
          edges = marked;
          check();
        } else {
          const [from, to] = [draw.below(problem.points), draw.below(problem.points)];
          const before = closed(problem.points, edges);
          reach.changed.clear();
          const isPossible = from !== to && before[to]?.[from] !== true;
          // What comes before it already needs no adding, and whoever comes before itself never is.
          assert.equal(reach.add(from, to), isPossible, `seed ${seed}`);
          if (isPossible) edges = [...edges, [from, to]];
          const changed = closed(problem.points, edges).flatMap((row, point) => {
            return row.some((is, other) => is !== before[point]?.[other]) ? [point] : [];
          });
          assert.deepEqual(
            [...reach.changed].sort((a, b) => a - b),
            changed,
            `seed ${seed}`,
          );
          check();
        }
      }
    }
  });

  it('is found of 1,000 transactions that a search in time does not place', () => {
    const load = { sessions: 20, transactions: 50, operations: 15, keys: 3_000 } as const;
    const table = snapshotHistory(1, { ...load, readsPermille: 500, distribution: 'uniform' });
    const { kind, reason, steps } = checkTransactions(table, 'snapshot-isolation');
    assert.equal(kind, 'holds', reason);
    // 68,254, as only that is looked at again of which something changed.
    assert.ok(steps < 100_000, `${steps} steps`);
  });
});

/** By point: does it come before the other? (Warshall 1962) */
function closed(points: number, edges: readonly (readonly [number, number])[]): boolean[][] {
  const is = Array.from({ length: points }, () => Array.from({ length: points }, () => false));
  for (const [from, to] of edges) (is[from] as boolean[])[to] = true;
  for (let by = 0; by < points; by++) {
    for (const row of is) {
      if (row[by] !== true) continue;
      for (let to = 0; to < points; to++) row[to] ||= is[by]?.[to] === true;
    }
  }
  return is;
}
