/** Certificates as they are written down: enough to go through a history again with nothing of ours. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { certificateRecord } from '../../harness/checkers/certificate.ts';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckOptions, CheckReport } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import type { Json } from '../../harness/core/host.ts';

interface Event {
  readonly process: number;
  readonly type: string;
  readonly f: string;
  readonly value?: Json;
  readonly key?: string;
  readonly version?: number;
}

function check(events: readonly Event[], options: CheckOptions): CheckReport {
  const text = events.map((e) => JSON.stringify(e)).join('\n');
  return checkHistory(readJepsen(text, 'jsonl', 'h.jsonl'), options);
}

/** One operation after another: process, f, value that was asked for, value of the answer, the rest. */
type Call = readonly [number, string, Json, Json, Partial<Event>?];

function oneByOne(...calls: readonly Call[]): Event[] {
  return calls.flatMap(([process, f, asked, answer, rest = {}]) => [
    { process, type: 'invoke', f, value: asked, ...rest },
    { process, type: 'ok', f, value: answer, ...rest },
  ]);
}

/** By model: a history, and what it rests on. Operations are the events that invoked them. */
const examples: Readonly<Record<string, readonly [Event[], Json]>> = {
  register: [
    [
      { process: 0, type: 'invoke', f: 'read' },
      ...oneByOne([1, 'write', 7, 7, { key: 'x' }]).map((e) => ({ ...e, key: '' })),
      { process: 0, type: 'ok', f: 'read', value: null },
    ],
    { kind: 'linearization', orders: { '': [0, 1] } },
  ],
  'list-append': [
    oneByOne(
      [0, 'txn', [['append', 'x', 1]], [['append', 'x', 1]]],
      [1, 'txn', [['r', 'x', null]], [['r', 'x', [1]]]],
    ),
    { kind: 'transaction-order', level: 'strict-serializable', order: [0, 2] },
  ],
  lock: [
    oneByOne([0, 'acquire', null, 1], [0, 'release', 1, 1], [1, 'acquire', null, 2]),
    {
      kind: 'lock-holds',
      holds: {
        '': [
          { acquire: 0, from: 1, until: 2, release: 2 },
          { acquire: 4, from: 5, until: null, release: null },
        ],
      },
    },
  ],
  fencing: [
    oneByOne([0, 'acquire', null, 1], [1, 'acquire', null, 2], [1, 'write', { token: 2 }, null]),
    { kind: 'token-orders', grants: { '': [0, 2] }, taken: { ' ': [4] } },
  ],
  sessions: [
    oneByOne(
      [0, 'write', 1, 1, { key: 'x', version: 4 }],
      [0, 'delete', null, null, { key: 'x', version: 6 }],
      [1, 'read', null, null, { key: 'x' }],
      [1, 'write', 2, 2, { key: 'y' }],
      [0, 'read', null, 2, { key: 'y' }],
    ),
    {
      kind: 'session-orders',
      positions: [
        [0, 4],
        [2, 6],
        [4, -1],
      ],
      orders: { y: [2] },
    },
  ],
  watch: [
    oneByOne(
      [0, 'write', 5, 5, { key: 'k', version: 4 }],
      [
        1,
        'watch',
        { after: 4 },
        {
          after: 4,
          batches: [
            {
              revision: 9,
              events: [
                { key: 'k', value: 6, revision: 9, previous: { value: 5, revision: 4 } },
                { key: 'kk', value: 7, revision: 9, previous: { value: 1, revision: 2 } },
              ],
            },
          ],
        },
        { key: 'k' },
      ],
    ),
    {
      kind: 'store-log',
      log: [
        // Nobody was told of it but as the one before.
        { key: 'kk', value: 1, revision: 2 },
        { key: 'k', value: 5, revision: 4 },
        { key: 'k', value: 6, revision: 9 },
        { key: 'kk', value: 7, revision: 9 },
      ],
    },
  ],
  'long-fork': [
    oneByOne(
      [
        0,
        'txn',
        null,
        [
          ['r', 1, 8],
          ['r', 2, 9],
        ],
      ],
      [
        1,
        'txn',
        null,
        [
          ['r', 1, null],
          ['r', 2, 9],
        ],
      ],
    ),
    {
      kind: 'write-orders',
      orders: {
        '1,2': [
          [2, 9],
          [1, 8],
        ],
      },
    },
  ],
  bank: [
    oneByOne([0, 'read', null, { b: 4, a: 6 }]),
    { kind: 'total', accounts: ['a', 'b'], total: 10 },
  ],
};

describe('certificates', () => {
  for (const [model, [events, expected]] of Object.entries(examples)) {
    it(`${model}: is written down as this`, () => {
      const { verdict, certificate } = check(events, { model });
      assert.equal(verdict, 'holds');
      assert.ok(certificate !== null);
      assert.deepEqual(JSON.parse(JSON.stringify(certificateRecord(certificate))), expected);
    });
  }

  it('of snapshots has each transaction twice: where it starts, and where it commits', () => {
    // Each reads what the other writes: a write skew.
    const rw = (own: string, other: string): readonly [Json, Json] => [
      [
        ['r', other, null],
        ['append', own, 1],
      ],
      [
        ['r', other, []],
        ['append', own, 1],
      ],
    ];
    const [[askedX, gotX], [askedY, gotY]] = [rw('x', 'y'), rw('y', 'x')];
    const events = [
      { process: 0, type: 'invoke', f: 'txn', value: askedX },
      { process: 1, type: 'invoke', f: 'txn', value: askedY },
      { process: 0, type: 'ok', f: 'txn', value: gotX },
      { process: 1, type: 'ok', f: 'txn', value: gotY },
      ...oneByOne([
        2,
        'txn',
        [
          ['r', 'x', null],
          ['r', 'y', null],
        ],
        [
          ['r', 'x', [1]],
          ['r', 'y', [1]],
        ],
      ]),
    ];
    const options = { model: 'list-append', consistency: 'snapshot-isolation' };
    const { certificate } = check(events, options);
    assert.ok(certificate !== null);
    const { order } = certificateRecord(certificate) as { order: number[] };
    assert.deepEqual([...order].sort(), [0, 0, 1, 1, 4, 4]);
    // Both start before either commits, the reader after both.
    assert.deepEqual(new Set(order.slice(0, 2)), new Set([0, 1]));
    assert.deepEqual(order.slice(4), [4, 4]);
  });
});
