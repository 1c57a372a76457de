/** Values that are written more than once, against the twin that tries every order. */
import assert from 'node:assert/strict';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { repeatedTransactions } from '../prove/repeated.ts';
import { storyOf } from './transaction-stories.ts';
import { txn } from './transaction-twin.ts';
import { repeatedTwins } from './transaction-twins.ts';

describe('values that were written more than once', () => {
  for (const [level, agree] of Object.entries(repeatedTwins)) {
    it(`${level}: holds exactly when an order explains all`, () => {
      const tally = agree(1_200);
      assert.ok(tally.illegal > 1 && tally.unknown < 150, JSON.stringify(tally));
    });
  }

  it('of many the likeliest writers are taken first, and one that was wrong is changed', () => {
    const ops: Op[] = [];
    const draw = new Prng(7);
    const now = [0, 0, 0, 0, 0, 0, 0, 0];
    let ends = 0;
    // One after another in truth, though calls and returns overlap.
    for (let i = 0; i < 400; i++) {
      const key = draw.below(now.length);
      const micros: (readonly ['r' | 'w', Json, Json])[] = [
        ['r', key, now[key] === 0 ? null : (now[key] as number)],
      ];
      if (draw.chance(600)) {
        now[key] = 1 + draw.below(3);
        micros.push(['w', key, now[key]]);
      }
      const call = i * 40 - draw.below(60) + 60;
      ends = Math.max(ends, call);
      ops.push(
        txn(i, micros, {
          call: call * 1_000 + i,
          ret: (i * 40 + 61 + draw.below(60)) * 1_000 + i,
          process: i,
        }),
      );
    }
    const moments = ops.flatMap((op) => [op.call, op.ret]).sort((a, b) => a - b);
    const place = new Map(moments.map((at, i) => [at, i]));
    const placed = ops.map((op) => ({
      ...op,
      call: place.get(op.call) as number,
      ret: place.get(op.ret) as number,
    }));
    const found = checkTransactions(tableOf(placed, [], 'rw-register'), 'strict-serializable');
    assert.equal(found.kind, 'holds', found.reason);
  });

  it('says that no choice of writers helps', () => {
    const found = checkTransactions(
      storyOf('registers in turn: 0:wx1 | 1:wx2 | 0:wx1 | 1:wx3 | 2:rx1'),
      'strict-serializable',
    );
    assert.equal(found.kind, 'violated');
    assert.match(JSON.stringify(found.anomalies), /from whichever of their writers they are taken/);
  });

  for (const kind of ['list-append', 'rw-register'] as const) {
    it(`${kind}: of 2,000 transactions that overlap the likeliest writers explain all`, () => {
      const shape = { kind, count: 2_000, clients: 20, keys: 100, values: 5, seed: 7 };
      const table = tableOf(repeatedTransactions(shape), [], kind);
      const found = checkTransactions(table, 'strict-serializable');
      assert.equal(found.kind, 'holds', found.reason);
    });
  }

  it('of lists are told apart by who appended them', () => {
    const line = 'lists in turn: ax1ay1 | rx1 | ax1 | rx11ry1';
    const holds = checkTransactions(storyOf(line), 'strict-serializable');
    assert.equal(holds.kind, 'holds', holds.reason);
    // Whichever of the two comes first, one that reads it misses what that did besides.
    const story = storyOf('lists together: ax1ay1 | ax1az1 | rx1ryrz');
    const { kind, anomalies } = checkTransactions(story, 'serializable');
    assert.equal(kind, 'violated');
    assert.match(JSON.stringify(anomalies), /from whichever of their writers they are taken/);
  });

  it('of lists violate nothing by choices where lists that look the same may be two', () => {
    const story = storyOf('lists together: ax1ay1 | ax1az1 | rx1ryrz');
    assert.equal(checkTransactions(story, 'read-atomic').kind, 'unknown');
  });
});
