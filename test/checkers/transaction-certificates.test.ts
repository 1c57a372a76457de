/** The replays of certificates against the obvious ones: what they let pass, and what they refuse. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { never, type Op } from '../../harness/checkers/operations.ts';
import { refuteCommitted } from '../../harness/checkers/transactions/replay/committed.ts';
import { refuteSerial } from '../../harness/checkers/transactions/replay/serial.ts';
import { refuteSnapshots } from '../../harness/checkers/transactions/replay/snapshots.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import { Prng } from '../../harness/core/prng.ts';
import { storyOf } from './transaction-stories.ts';
import { isSerialRun, isSnapshotRun, mustPrecede, randomTxns } from './transaction-twin.ts';

const kinds = ['list-append', 'rw-register'] as const;

function shuffled<T>(items: readonly T[], draw: Prng): T[] {
  const rest = [...items];
  const out: T[] = [];
  while (rest.length > 0) out.push(...rest.splice(draw.below(rest.length), 1));
  return out;
}

function agrees(order: readonly Op[], precedes: (a: Op, b: Op) => boolean): boolean {
  return order.every((b, i) => order.slice(0, i).every((a) => !precedes(b, a)));
}

describe('certificates of transactions', () => {
  for (const kind of kinds) {
    it(`${kind}: a serial order passes when the obvious replay passes it`, () => {
      let passed = 0;
      for (let seed = 0; seed < 3_000; seed++) {
        const draw = new Prng(seed);
        const { happened, failed } = randomTxns(draw, kind, 3);
        const table = tableOf(happened, failed, kind);
        const order = shuffled(happened, draw);
        const rows = Int32Array.from(order, (op) => op.id);
        for (const [level, promise] of [
          ['serializable', 'none'],
          ['strong-session-serializable', 'session'],
          ['strict-serializable', 'real time'],
        ] as const) {
          const isRight = isSerialRun(order) && agrees(order, mustPrecede(level));
          const refuted = refuteSerial(table, rows, promise);
          assert.equal(refuted === null, isRight, `seed ${seed}, ${level}: ${refuted}`);
          if (isRight) passed += 1;
        }
      }
      assert.ok(passed > 500, `${passed} passed`);
    });

    it(`${kind}: so does a run of snapshots`, () => {
      let passed = 0;
      for (let seed = 0; seed < 3_000; seed++) {
        const draw = new Prng(seed);
        const { happened, failed } = randomTxns(draw, kind, 3);
        const table = tableOf(happened, failed, kind);
        const moments = shuffled([...happened, ...happened], draw);
        const started = new Set<Op>();
        const points = Int32Array.from(moments, (op) => {
          const point = op.id * 2 + (started.has(op) ? 1 : 0);
          started.add(op);
          return point;
        });
        const refuted = refuteSnapshots(table, points, true);
        const isRight = isSnapshotRun(moments);
        assert.equal(refuted === null, isRight, `seed ${seed}: ${refuted}`);
        if (isRight) passed += 1;
      }
      assert.ok(passed > 200, `${passed} passed`);
    });
  }

  it('hold each committed transaction once, and no aborted one', () => {
    const table = storyOf('lists together: ax1 | fail:ax2 | rx1');
    assert.equal(refuteSerial(table, Int32Array.of(0, 2), 'none'), null);
    assert.equal(refuteSerial(table, Int32Array.of(0), 'none'), 'row 2 is missing');
    assert.equal(refuteSerial(table, Int32Array.of(0, 2, 2), 'none'), 'row 2 comes twice');
    assert.equal(refuteSerial(table, Int32Array.of(0, 1, 2), 'none'), 'row 1 aborted');
    assert.equal(refuteSnapshots(table, Int32Array.of(0, 1, 4, 5), true), null);
    assert.match(
      refuteSnapshots(table, Int32Array.of(1, 0, 4, 5), true) ?? '',
      /commits before it starts/,
    );
    assert.match(refuteSnapshots(table, Int32Array.of(0, 1, 4), true) ?? '', /row 2 is missing/);
  });

  it('of the weakest levels look at what was installed, and in which order', () => {
    const half = storyOf('lists together: ax1ax2 | rx1');
    const order = Int32Array.of(0, 1);
    assert.match(
      refuteCommitted(half, order, 'read-committed') ?? '',
      /row 1 read what had not been/,
    );
    assert.equal(refuteCommitted(half, order, 'read-uncommitted'), null);
    const early = storyOf('registers together: wx1 | rx1');
    assert.equal(refuteCommitted(early, order, 'read-committed'), null);
    const before = Int32Array.of(1, 0);
    assert.match(refuteCommitted(early, before, 'read-committed') ?? '', /row 1 read what had not/);
    const seen = storyOf('lists together: ax1 | ax2 | rx12');
    const wrong = Int32Array.of(1, 0, 2);
    assert.match(refuteCommitted(seen, wrong, 'read-uncommitted') ?? '', /order of its appends/);
    assert.equal(refuteCommitted(seen, Int32Array.of(0, 1, 2), 'read-uncommitted'), null);
  });

  it('of unknown outcome may be left out', () => {
    const table = storyOf('lists together: info:ax1 | rx');
    assert.equal(table.end.at(0), never);
    assert.equal(refuteSerial(table, Int32Array.of(1), 'real time'), null);
    assert.equal(refuteSerial(table, Int32Array.of(1, 0), 'real time'), null);
    assert.match(refuteSerial(table, Int32Array.of(0, 1), 'none') ?? '', /read something else/);
  });
});
