/**
 * What is wrong with small histories of transactions: most are known from the literature or from the
 * tests of Elle. And random ones against a twin that tries every order.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import type { Level } from '../../harness/checkers/transactions/levels.ts';
import { shortestPrefix } from '../../harness/checkers/transactions/prefix.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import { Txns } from '../../harness/checkers/transactions/table/txns.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { transcripts } from '../transcript.ts';
import { storyOf } from './transaction-stories.ts';
import { randomTxns, txn } from './transaction-twin.ts';
import { transactionTwins } from './transaction-twins.ts';

transcripts(
  'anomalies of transactions',
  new URL('../testdata/transactions/', import.meta.url),
  () => (line) => {
    const r = checkTransactions(storyOf(line), 'strict-serializable');
    const all = r.anomalies.map((a) => `${a.kind}: ${a.sentences.join(' ')}`);
    const level = r.kind === 'unknown' ? `unknown: ${r.reason ?? ''}` : `holds: ${r.strongest}`;
    return [level, ...all].join('\n');
  },
);

describe('levels of transactions', () => {
  const verdict = (line: string, level: Level): string =>
    checkTransactions(storyOf(line), level).kind;

  it('allow what their definitions allow', () => {
    const skew = 'lists together: rx ay1 | ry ax1';
    assert.equal(verdict(skew, 'snapshot-isolation'), 'holds');
    assert.equal(verdict(skew, 'read-committed'), 'holds');
    assert.equal(verdict(skew, 'repeatable-read'), 'violated');
    assert.equal(verdict(skew, 'serializable'), 'violated');
    const aborted = 'lists together: fail:ax1 | rx1';
    assert.equal(verdict(aborted, 'read-uncommitted'), 'holds');
    assert.equal(verdict(aborted, 'read-committed'), 'violated');
    const fork = 'lists together: ax1 | ay1 | rx1ry | ry1rx';
    assert.equal(verdict(fork, 'snapshot-isolation'), 'violated');
    assert.equal(verdict(fork, 'read-committed'), 'holds');
  });

  it('let one whose outcome is unknown come late, behind those that its session did after it', () => {
    const ops = [
      txn(0, [['w', 'y', 2]], { call: 0, ret: 2, process: 1 }),
      txn(1, [['w', 'y', 0]], { call: 1, ret: never, process: 2 }),
      txn(
        2,
        [
          ['r', 'x', null],
          ['r', 'y', 0],
        ],
        { call: 3, ret: 6, process: 1 },
      ),
      txn(3, [['w', 'x', 1]], { call: 4, ret: 5, process: 2 }),
    ];
    const { kind } = checkTransactions(tableOf(ops, [], 'rw-register'), 'session-causal');
    assert.equal(kind, 'holds');
  });

  it('take null that was written for what it is, or for nothing written', () => {
    const check = (read: Json): string => {
      const ops = [
        txn(0, [['w', 'x', null]], { call: 0, ret: 1 }),
        txn(1, [['r', 'x', read]], { call: 2, ret: 3 }),
        txn(2, [['w', 'x', 1]], { call: 4, ret: 5 }),
      ];
      return checkTransactions(tableOf(ops, [], 'rw-register'), 'strict-serializable').kind;
    };
    assert.equal(check(null), 'holds');
    assert.equal(check(1), 'violated');
  });

  it('find the one G-single in a sea of other cycles', () => {
    const [links, noise] = [60, 12];
    const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    // A chain of appends to one key, whose last link did not see what the first did to another key.
    const ring = upTo(links).map((i): Json => {
      const last = i === links - 1 ? ['r', 'anti', []] : ['append', `n${i}`, 0];
      return [['append', 'ring', i], i === 0 ? ['append', 'anti', 1] : last];
    });
    const dangling = upTo(links - 2).flatMap((r): Json[] => {
      const seen = [
        ['r', `n${r + 1}`, upTo(noise + 1)],
        ['r', `m${r}`, []],
      ];
      const appends = upTo(noise).map((j) => [['append', `n${r + 1}`, j + 1]]);
      return [
        ...appends,
        seen,
        [
          ['append', `m${r}`, 0],
          ['r', 'ring', []],
        ],
      ];
    });
    const all = [...ring, [['r', 'ring', upTo(links)]], ...dangling];
    const ops = all.map((micros, i) => ({
      ...txn(i, [], { call: i, ret: all.length + i }),
      input: micros,
      output: micros,
    }));
    const r = checkTransactions(tableOf(ops, [], 'list-append'), 'snapshot-isolation');
    assert.equal(r.kind, 'violated');
    assert.equal(r.anomalies.find((a) => a.kind === 'G-single')?.rows.length, links);
  });
});

describe('transactions against every order', () => {
  for (const [name, agree] of Object.entries(transactionTwins)) {
    it(`${name}: holds exactly when an order explains all`, () => {
      const { legal, illegal } = agree(1_500);
      assert.ok(illegal > 0 && illegal < 500 && legal + illegal > 1_300, `${illegal} illegal`);
    });
  }

  it('says how far it got when the budget is used up, and contradicts nothing', () => {
    let undecided = 0;
    for (let seed = 0; seed < 1_000; seed++) {
      const { happened, failed } = randomTxns(new Prng(seed), 'rw-register', 9);
      const table = tableOf(happened, failed, 'rw-register');
      const full = checkTransactions(table, 'snapshot-isolation');
      const little = checkTransactions(table, 'snapshot-isolation', 1);
      if (little.kind !== 'unknown') assert.equal(little.kind, full.kind, `seed ${seed}`);
      if (little.kind !== 'unknown' || full.kind === 'unknown') continue;
      undecided += 1;
      assert.ok(little.steps > 1);
      assert.match(little.reason ?? '', /after \d+ steps: \d of \d transactions had a place$/);
    }
    assert.ok(undecided > 10, `${undecided} undecided`);
  });

  it('never fails to prove a level that it says holds', () => {
    for (let seed = 0; seed < 3_000; seed++) {
      for (const kind of ['list-append', 'rw-register'] as const) {
        const { happened, failed } = randomTxns(new Prng(seed), kind, 9);
        const r = checkTransactions(tableOf(happened, failed, kind), 'strict-serializable');
        const isNone = r.strongest === 'none' || r.kind === 'unknown';
        assert.equal(
          r.certificate?.level,
          isNone ? undefined : r.strongest,
          `${kind}, seed ${seed}`,
        );
      }
    }
  });
});

describe('the shortest violated prefix of transactions', () => {
  for (const level of [
    'strict-serializable',
    'serializable',
    'snapshot-isolation',
    'prefix',
    'session-causal',
    'read-atomic',
  ] as const) {
    it(`${level}: from there on it is violated, and not before`, () => {
      let violated = 0;
      for (let seed = 0; seed < 700; seed++) {
        for (const kind of ['list-append', 'rw-register'] as const) {
          const { happened, failed } = randomTxns(new Prng(seed), kind, 7);
          const table = tableOf(happened, failed, kind);
          const r = checkTransactions(table, level);
          if (r.kind !== 'violated') continue;
          violated += 1;
          const found = shortestPrefix(Txns.all(table), r.anomalies, level);
          assert.ok(found.isShortest);
          let position = 2 * (happened.length + failed.length);
          while (isViolatedBy(position - 1)) position -= 1;
          assert.equal(found.position, position, `${kind}, seed ${seed}`);
          assert.ok(found.anomaly.rows.every((row) => table.call.at(row) <= position));

          function isViolatedBy(end: number): boolean {
            const [a, b] = [happened, failed].map((ops) => beginningOf(ops, end));
            // What failed later may have happened for all that was known.
            const open = (b ?? []).filter((op) => op.ret === never);
            const begun = [...(a ?? []), ...open].sort((x, y) => x.call - y.call);
            const gone = (b ?? []).filter((op) => op.ret !== never);
            return checkTransactions(tableOf(begun, gone, kind), level).kind === 'violated';
          }
        }
      }
      assert.ok(violated > 15, `${violated} violated`);
    });
  }

  it('is an upper bound when the budget is used up', () => {
    const table = storyOf('lists in turn: 0:ax1 | 1:rx | 1:rx1 | 2:ay1 | 2:ry1');
    const { anomalies } = checkTransactions(table, 'strict-serializable');
    const full = shortestPrefix(Txns.all(table), anomalies, 'strict-serializable');
    assert.deepEqual([full.position, full.isShortest], [3, true]);
    const none = shortestPrefix(Txns.all(table), anomalies, 'strict-serializable', -1);
    assert.deepEqual([none.position, none.isShortest], [9, false]);
  });
});

function beginningOf(ops: readonly Op[], end: number): Op[] {
  return ops
    .filter((op) => op.call <= end)
    .map((op) => (op.ret <= end ? op : { ...op, ret: never, output: null }));
}
