/** Models for histories in the shapes of Knossos, Jepsen and elle-cli. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import type { JepsenHistory } from '../../harness/checkers/formats/jepsen.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { multiRegister } from '../../harness/checkers/models/many.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import { checkForks } from '../../harness/checkers/snapshots/forks.ts';
import type { SnapshotFault } from '../../harness/checkers/snapshots/reads.ts';
import { checkTotals } from '../../harness/checkers/snapshots/totals.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { snapshotTwins } from './snapshot-twins.ts';
import { isPossible, randomTxns } from './transaction-twin.ts';

/** Its `f`, input and output; no output: it never returned. */
type Call = readonly [f: string, input: Json, output?: Json];

/** One after another, each answered at once. */
function history(...ops: readonly Call[]): JepsenHistory {
  const all = ops.map(([f, input, output], id): Op => {
    const ret = output === undefined ? never : 2 * id + 1;
    const times = { call: 2 * id, ret, callUs: -1, retUs: -1 };
    return { id, process: id, f, key: '', input, output: output ?? null, ...times };
  });
  return { ops: all, failed: [], invoked: all.length };
}

const check = (model: string, h: JepsenHistory, initial: Json = null): CheckReport =>
  checkHistory(h, { model, initial });

describe('multi-register', () => {
  it('runs transactions as one operation, as the twin of transactions does', () => {
    let violated = 0;
    for (let seed = 0; seed < 1_500; seed++) {
      const { happened } = randomTxns(new Prng(seed), 'rw-register', 4);
      const words: Readonly<Record<string, string>> = { r: 'read', w: 'write' };
      // A null that was read says nothing here: registers begin with 0 instead.
      const micros = (value: Json): Json =>
        (value as [string, string, Json][]).map(([f, k, v]) => [words[f] ?? f, k, v ?? 0]);
      const ops = happened.map((op) => {
        return {
          ...op,
          input: micros(op.input),
          output: op.output === null ? null : micros(op.output),
        };
      });
      const { kind } = checkLinearizable(ops, multiRegister({ x: 0, y: 0 }));
      assert.equal(kind === 'holds', isPossible(happened, 'strict-serializable'), `seed ${seed}`);
      if (kind === 'violated') violated += 1;
    }
    assert.ok(violated > 30, `${violated} violated`);
  });

  it('begins where it is told to, and takes a null that was read for null', () => {
    const h = history(
      [
        'txn',
        [
          ['read', 'x', null],
          ['read', 'y', null],
        ],
        [
          ['read', 'x', 0],
          ['read', 'y', 5],
        ],
      ],
      [
        'txn',
        [
          ['w', 'x', 1],
          ['r', 'x', null],
        ],
        [
          ['w', 'x', 1],
          ['r', 'x', 1],
        ],
      ],
      ['txn', [['write', 'y', 2]]],
    );
    assert.equal(check('multi-register', h, { x: 0, y: 5 }).verdict, 'holds');
    assert.equal(check('multi-register', h, { x: 0 }).verdict, 'violated');
    const wrong = check('multi-register', h, { x: 1, y: 5 });
    assert.deepEqual([wrong.verdict, wrong.prefix], ['violated', 2]);
    assert.throws(
      () => check('multi-register', history(['txn', [['cas', 'x', 1]]])),
      /E_HISTORY.*model multi-register wants read, write, and txn of/,
    );
    assert.throws(() => check('multi-register', history(['txn', 7, 7])), /E_HISTORY/);
  });
});

describe('set', () => {
  it('says what is in a read and should not be, or should be and is not', () => {
    const why = (...ops: readonly Call[]): string =>
      check('set', history(...ops)).sentences.at(-1) ?? 'holds';
    assert.equal(why(['add', 1, 1], ['add', 2, 2], ['read', null, [2, 1]]), 'holds');
    assert.match(why(['add', 1, 1], ['read', null, [1, 2]]), /: nothing had added 2 by then\.$/);
    assert.match(why(['add', 1, 1], ['read', null, [1, 1]]), /: it has 1 twice\.$/);
    assert.match(
      why(...[1, 2, 3, 4].map((v) => ['add', v, v] as const), ['read', null, []]),
      /: it lacks 1, 2, 3 and 1 more, which had been added before it was called\.$/,
    );
    // As in a file whose adds have keys and whose reads have none.
    assert.match(
      why(['add', [0, 1], [0, 1]], ['read', null, [1, 2, 3, 4]]),
      /nothing had added 1, 2, 3 and 1 more by then/,
    );
  });
});

describe('bank', () => {
  const reads = (...balances: readonly Json[]): ReturnType<typeof checkTotals> =>
    checkTotals(history(...balances.map((b) => ['read', null, b] as const)).ops);
  const faultOf = (r: ReturnType<typeof checkTotals>): SnapshotFault | null =>
    r.kind === 'violated' ? r.fault : null;

  it('has the same accounts with the same sum in every read, and no debts', () => {
    assert.equal(reads({ a: 5, b: 5 }, null, { a: 3, b: 7 }).kind, 'holds');
    assert.equal(reads(null).kind, 'unknown');
    const cases: readonly (readonly [RegExp, readonly Json[]])[] = [
      [
        /read 11: transfers do not change the sum/,
        [
          { a: 5, b: 5 },
          { a: 5, b: 6 },
        ],
      ],
      [
        /read -1 in account b: a balance may not be negative/,
        [
          { a: 5, b: 5 },
          { a: 11, b: -1 },
        ],
      ],
      [
        /read account c, which the first read did not have/,
        [
          { a: 5, b: 5 },
          { a: 5, b: 5, c: 0 },
        ],
      ],
      [/read no account b, which the first read had/, [{ a: 5, b: 5 }, { a: 5 }]],
      [
        /read no balance in account b/,
        [
          { a: 5, b: 5 },
          { a: 10, b: null },
        ],
      ],
    ];
    for (const [message, balances] of cases) {
      const fault = faultOf(reads(...balances, { a: 0, b: 0 }));
      assert.match(fault?.sentences.at(-1) ?? '', message);
      assert.equal(fault?.position, 3);
    }
    assert.throws(
      () => reads([1, 2]),
      /E_HISTORY: operation 0 read \[1,2\], model bank wants \{account/,
    );
    assert.throws(() => reads({ a: 'much' }), /E_HISTORY/);
  });
});

describe('snapshots', () => {
  it('are not judged where nobody read several keys at once', () => {
    const { ops } = history(['txn', null, [['r', 1, 8]]], ['txn', null, null]);
    assert.deepEqual(checkForks(ops), {
      kind: 'unknown',
      reason: 'no read of several keys completed',
    });
  });

  for (const [name, agree] of Object.entries(snapshotTwins)) {
    it(`${name}: the first read at fault is that of the twin`, () => {
      const { illegal } = agree(500);
      assert.ok(illegal > 50 && illegal < 450, `${illegal} at fault`);
    });
  }
});
