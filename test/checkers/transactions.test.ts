/** Transactions against a twin that tries every serial order, and the anomalies of the literature. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Op } from '../../harness/checkers/operations.ts';
import { never } from '../../harness/checkers/operations.ts';
import { checkTransactions } from '../../harness/checkers/transactions/check.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { Level } from '../../harness/checkers/transactions/levels.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

const check = (ops: readonly Op[], failed: readonly Op[], kind: TxnKind, level: Level) => {
  const result = checkTransactions(tableOf(ops, failed, kind), level);
  return { strongest: null, ...result };
};

type Micro = readonly ['r' | 'append' | 'w', Json, Json];

function txn(
  id: number,
  micros: readonly Micro[],
  at: { call: number; ret: number; process?: number },
): Op {
  const { call, ret, process = id } = at;
  const output = ret === never ? null : micros;
  const input = micros.map(([f, k, v]) => [f, k, f === 'r' ? null : v]);
  return { id, process, f: 'txn', key: '', input, output, call, ret, callUs: call, retUs: ret };
}

/** Those without times overlap all others. */
function classes(
  kind: 'list-append' | 'rw-register',
  txns: readonly (readonly Micro[])[],
): string[] {
  const ops = txns.map((micros, i) => txn(i, micros, { call: i, ret: 100 + i }));
  return check(ops, [], kind, 'serializable').anomalies.map((a) => a.kind);
}

describe('anomalies of transactions', () => {
  it('G0: two transactions write over each other in opposite orders', () => {
    const found = classes('list-append', [
      [
        ['append', 'x', 1],
        ['append', 'y', 1],
      ],
      [
        ['append', 'x', 2],
        ['append', 'y', 2],
      ],
      [
        ['r', 'x', [1, 2]],
        ['r', 'y', [2, 1]],
      ],
    ]);
    assert.ok(found.includes('G0'), found.join());
  });

  it('G1c: each reads what the other wrote', () => {
    const found = classes('list-append', [
      [
        ['append', 'x', 1],
        ['r', 'y', [1]],
      ],
      [
        ['append', 'y', 1],
        ['r', 'x', [1]],
      ],
    ]);
    assert.deepEqual(found, ['G1c']);
  });

  it('G-single: read skew', () => {
    const found = classes('list-append', [
      [
        ['append', 'x', 1],
        ['append', 'y', 1],
      ],
      [
        ['r', 'x', []],
        ['r', 'y', [1]],
      ],
      [['r', 'x', [1]]],
    ]);
    assert.deepEqual(found, ['G-single']);
  });

  it('G2-item: write skew, which snapshot isolation allows', () => {
    const skew: (readonly Micro[])[] = [
      [
        ['r', 'x', []],
        ['append', 'y', 1],
      ],
      [
        ['r', 'y', []],
        ['append', 'x', 1],
      ],
      [
        ['r', 'x', [1]],
        ['r', 'y', [1]],
      ],
    ];
    assert.deepEqual(classes('list-append', skew), ['G2-item']);
    const ops = skew.map((micros, i) => txn(i, micros, { call: i, ret: 100 + i }));
    const at = (level: 'serializable' | 'snapshot-isolation'): string =>
      check(ops, [], 'list-append', level).kind;
    assert.equal(at('serializable'), 'violated');
    assert.equal(at('snapshot-isolation'), 'holds');
  });

  it('G1a: what was read had been aborted', () => {
    const aborted = txn(0, [['append', 'x', 1]], { call: 0, ret: never });
    const reader = txn(1, [['r', 'x', [1]]], { call: 1, ret: 2 });
    const r = check([reader], [aborted], 'list-append', 'read-committed');
    assert.equal(r.kind, 'violated');
    assert.deepEqual(
      r.anomalies.map((a) => a.kind),
      ['G1a'],
    );
  });

  it('G1b: what was read was overwritten by its own transaction', () => {
    assert.deepEqual(
      classes('list-append', [
        [
          ['append', 'x', 1],
          ['append', 'x', 2],
        ],
        [['r', 'x', [1]]],
      ])[0],
      'G1b',
    );
    assert.ok(
      classes('rw-register', [
        [
          ['w', 'x', 1],
          ['w', 'x', 2],
        ],
        [['r', 'x', 1]],
      ]).includes('G1b'),
    );
  });

  it('internal: a transaction does not see its own write', () => {
    assert.deepEqual(
      classes('list-append', [
        [
          ['append', 'x', 1],
          ['r', 'x', []],
        ],
      ]),
      ['internal'],
    );
    assert.deepEqual(
      classes('rw-register', [
        [
          ['w', 'x', 1],
          ['r', 'x', 2],
        ],
      ]),
      ['internal'],
    );
  });

  it('incompatible orders and duplicates', () => {
    const found = classes('list-append', [
      [['append', 'x', 1]],
      [['append', 'x', 2]],
      [['r', 'x', [1, 2]]],
      [['r', 'x', [2, 1]]],
    ]);
    assert.ok(found.includes('incompatible-order'), found.join());
    assert.ok(
      classes('list-append', [[['append', 'x', 1]], [['r', 'x', [1, 1]]]]).includes(
        'duplicate-elements',
      ),
    );
  });

  it('lost update of a register', () => {
    const found = classes('rw-register', [
      [
        ['r', 'x', null],
        ['w', 'x', 1],
      ],
      [
        ['r', 'x', null],
        ['w', 'x', 2],
      ],
    ]);
    assert.ok(found.includes('lost-update'), found.join());
  });

  it('an old read after a newer write breaks only what looks at real time', () => {
    const ops = [
      txn(0, [['append', 'x', 1]], { call: 0, ret: 1 }),
      txn(1, [['r', 'x', []]], { call: 2, ret: 3 }),
      txn(2, [['r', 'x', [1]]], { call: 4, ret: 5 }),
    ];
    const r = check(ops, [], 'list-append', 'strict-serializable');
    assert.equal(r.kind, 'violated');
    assert.equal(r.strongest, 'strong-session-serializable');
    assert.deepEqual(
      r.anomalies.map((a) => a.kind),
      ['G-single-realtime'],
    );
    const same = ops.map((op) => ({ ...op, process: 7 }));
    assert.equal(check(same, [], 'list-append', 'serializable').strongest, 'serializable');
  });
});

describe('list-append against every serial order', () => {
  for (const level of ['serializable', 'strict-serializable'] as const) {
    it(`${level}: violated exactly when no order explains the reads`, () => {
      let violated = 0;
      const cases = 3000;
      for (let seed = 0; seed < cases; seed++) {
        const ops = randomTxns(new Prng(seed));
        const expected = hasSerialOrder(ops, level === 'strict-serializable');
        const r = check(ops, [], 'list-append', level);
        assert.equal(
          r.kind === 'violated',
          !expected,
          `seed ${seed}\n${JSON.stringify(ops.map((o) => [o.call, o.ret, o.output]))}\n${JSON.stringify(r.anomalies.map((a) => a.kind))}`,
        );
        if (!expected) violated += 1;
      }
      assert.ok(violated > cases / 20 && violated < cases * 0.9, `${violated} of ${cases}`);
    });
  }
});

/** Up to five transactions that run one after another, but look at an older state now and then. */
function randomTxns(draw: Prng): Op[] {
  const lists = new Map<string, number[]>();
  const before = new Map<string, number[]>();
  const n = draw.between(2, 5);
  let next = 1;
  const ops: Op[] = [];
  for (let i = 0; i < n; i++) {
    const isStale = draw.chance(250);
    const own = new Map<string, number[]>();
    const micros: Micro[] = [];
    for (let m = draw.between(1, 3); m > 0; m--) {
      const key = draw.pick(['x', 'y']);
      const mine = own.get(key) ?? [];
      own.set(key, mine);
      if (draw.chance(500)) {
        mine.push(next);
        micros.push(['append', key, next++]);
      } else {
        const seen = (isStale ? before : lists).get(key) ?? [];
        micros.push(['r', key, [...seen, ...mine]]);
      }
    }
    for (const key of ['x', 'y']) before.set(key, [...(lists.get(key) ?? [])]);
    for (const [key, mine] of own) lists.set(key, [...(lists.get(key) ?? []), ...mine]);
    const call = i * 10 - draw.below(15);
    ops.push(
      txn(i, micros, { call: call * 10 + i, ret: (i * 10 + 1 + draw.below(15)) * 10 + i + 5 }),
    );
  }
  // Everything that was appended is seen in the end, so that all dependencies are known.
  const last = [...lists].map(([k, l]): Micro => ['r', k, l]);
  ops.push(txn(n, last, { call: 10_000, ret: 10_001 }));
  return ops.sort((a, b) => a.call - b.call);
}

function hasSerialOrder(
  ops: readonly Op[],
  isStrict: boolean,
  lists: Readonly<Record<string, Json[]>> = {},
): boolean {
  if (ops.length === 0) return true;
  const firstReturn = Math.min(...ops.map((op) => op.ret));
  return ops.some((op) => {
    if (isStrict && op.call > firstReturn) return false;
    const next = run(op.output as unknown as Micro[], lists);
    return (
      next !== null &&
      hasSerialOrder(
        ops.filter((o) => o !== op),
        isStrict,
        next,
      )
    );
  });
}

function run(
  micros: readonly Micro[],
  lists: Readonly<Record<string, Json[]>>,
): Record<string, Json[]> | null {
  const now: Record<string, Json[]> = { ...lists };
  for (const [f, k, v] of micros) {
    const key = JSON.stringify(k);
    if (f === 'append') now[key] = [...(now[key] ?? []), v];
    else if (JSON.stringify(now[key] ?? []) !== JSON.stringify(v)) return null;
  }
  return now;
}
