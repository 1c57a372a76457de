/** A checker that judges only some keys of a history would pass all tests that have one or two. */
import assert from 'node:assert/strict';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import type { Json } from '../../harness/core/host.ts';

type Event = Readonly<Record<string, Json>>;

/** One after another, each by the process that is named. */
function inTurn(...ops: readonly [process: number, f: string, input: Json, output: Json][]) {
  return (key: string): Event[] =>
    ops.flatMap(([process, f, input, output]) => [
      { process, type: 'invoke', f, key, value: input },
      { process, type: 'ok', f, key, value: output },
    ]);
}

const txns =
  (write: string, seen: Json) =>
  (key: string): Event[] =>
    inTurn(
      [0, 'txn', [[write, key, 1]], [[write, key, 1]]],
      [1, 'txn', [['r', key, null]], [['r', key, seen]]],
    )('');

const watches =
  (...told: readonly number[]) =>
  (key: string): Event[] => {
    // Revisions of the whole store: each key has its own.
    const revision = Number(key.slice(1)) * 2 + 1;
    const events = told.map((value) => ({ key, value, revision }));
    const output = { after: revision - 1, batches: [{ revision, events }] };
    return [
      { process: 0, type: 'invoke', f: 'write', key, value: 1 },
      { process: 0, type: 'ok', f: 'write', key, value: 1, version: revision },
      { process: 1, type: 'invoke', f: 'watch', key, value: { after: revision - 1 } },
      { process: 1, type: 'ok', f: 'watch', key, value: output },
    ];
  };

/** By model: what is fine of one key, and what is not. */
const pairs: Readonly<
  Record<string, readonly [good: (key: string) => Event[], bad: (key: string) => Event[]]>
> = {
  register: [
    inTurn([0, 'write', 1, 1], [1, 'read', null, 1]),
    inTurn([0, 'write', 1, 1], [1, 'read', null, null]),
  ],
  'key-value': [
    inTurn([0, 'append', 'a', 'a'], [1, 'get', null, 'a']),
    inTurn([0, 'append', 'a', 'a'], [1, 'get', null, 'b']),
  ],
  mutex: [
    inTurn([0, 'acquire', null, null], [0, 'release', null, null]),
    inTurn([0, 'acquire', null, null], [1, 'acquire', null, null]),
  ],
  set: [
    inTurn([0, 'add', 1, 1], [1, 'read', null, [1]]),
    inTurn([0, 'add', 1, 1], [1, 'read', null, []]),
  ],
  counter: [
    inTurn([0, 'add', 1, 1], [1, 'read', null, 1]),
    inTurn([0, 'add', 1, 1], [1, 'read', null, 2]),
  ],
  'fifo-queue': [
    inTurn([0, 'enqueue', 1, 1], [1, 'dequeue', null, 1]),
    inTurn([0, 'enqueue', 1, 1], [1, 'dequeue', null, null]),
  ],
  sessions: [
    inTurn([0, 'write', 1, 1], [0, 'write', 2, 2], [0, 'read', null, 2]),
    inTurn([0, 'write', 1, 1], [0, 'write', 2, 2], [0, 'read', null, 1]),
  ],
  lock: [
    inTurn(
      [0, 'acquire', null, 1],
      [0, 'release', 1, null],
      [1, 'acquire', null, 2],
      [1, 'release', 2, null],
    ),
    inTurn(
      [0, 'acquire', null, 1],
      [1, 'acquire', null, 2],
      [0, 'release', 1, null],
      [1, 'release', 2, null],
    ),
  ],
  fencing: [
    inTurn([0, 'write', { token: 1 }, null], [1, 'write', { token: 2 }, null]),
    inTurn([0, 'write', { token: 2 }, null], [1, 'write', { token: 1 }, null]),
  ],
  'list-append': [txns('append', [1]), txns('append', [])],
  'rw-register': [txns('w', 1), txns('w', null)],
  watch: [watches(1), watches(2)],
};

const keys = Array.from({ length: 40 }, (_, i) => `k${i}`);

describe('every key of a history is judged', () => {
  for (const [model, [good, bad]] of Object.entries(pairs)) {
    it(`by ${model}, the last of ${keys.length} as well as the first`, () => {
      const verdict = (wrong: number): string => {
        const events = keys.flatMap((key, i) => (i === wrong ? bad : good)(key));
        const text = events.map((e) => JSON.stringify(e)).join('\n');
        return checkHistory(readJepsen(text, 'jsonl', 'h'), { model }).verdict;
      };
      assert.equal(verdict(-1), 'holds');
      for (const wrong of [0, 7, 20, 39]) assert.equal(verdict(wrong), 'violated', `key ${wrong}`);
    });
  }
});
