/** What a transaction that compares means to a register: its branch, and what it saw. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { OperationEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { linearizable } from '../../harness/invariants/linearizable.ts';
import { comparedOperations, transact } from '../../harness/workload/txn/compared.ts';

const input = {
  compare: [{ key: 'a', exists: false }],
  then: [{ op: 'put' as const, key: 'a', value: 1 }],
  else: [
    { op: 'get' as const, key: 'a' },
    { op: 'delete' as const, key: 'b' },
  ],
};
const cells = (output: Json): unknown => transact.cells?.({ key: 't', input, output });

function done(
  op: number,
  f: string,
  key: string,
  value: Json,
  output: Json,
  version: number,
): OperationEvent[] {
  const of = { op, process: 0, f, key };
  return [
    { ...of, type: 'invoke', timeUs: 10 * op, value },
    { ...of, type: 'ok', timeUs: 10 * op + 5, value: output, version },
  ];
}

describe('transact', () => {
  it('is what it compared and its first branch where that was true', () => {
    assert.deepEqual(cells({ succeeded: true, results: [{ key: 'a', value: 1, version: 7 }] }), [
      { f: 'read', key: 'a', input: null, output: null },
      { f: 'write', key: 'a', input: 1, output: 1 },
    ]);
  });

  it('is the other branch where it was not', () => {
    const results = [
      { key: 'a', value: 5, version: 3 },
      { key: 'b', value: null, version: 7 },
    ];
    assert.deepEqual(cells({ succeeded: false, results }), [
      { f: 'read', key: 'a', input: null, output: 5 },
      { f: 'delete', key: 'b', input: null, output: null },
    ]);
  });

  it('may be the changes of both where nobody knows', () => {
    assert.deepEqual(cells(null), [
      { f: 'write', key: 'a', input: 1, output: null },
      { f: 'delete', key: 'b', input: null, output: null },
    ]);
  });

  it('is no violation of another key, where one key is looked at while the run goes on', () => {
    const { monitor } = linearizable();
    const watch = monitor?.({} as Program);
    const both: Json = {
      compare: [{ key: 'b', value: 9 }],
      // oxlint-disable-next-line unicorn/no-thenable -- etcd's word; nobody awaits it
      then: [{ op: 'put', key: 'a', value: 2 }],
      else: [],
    };
    const results = [{ key: 'a', value: 2, version: 2 }];
    const events = [
      ...done(1, 'write', 'b', 9, 9, 1),
      ...done(2, 'transact', 't', both, { succeeded: true, results }, 2),
      // A wrong number is a suspicion only.
      ...done(3, 'read', 'a', null, 2, 1),
    ];
    for (const e of events) assert.equal(watch?.event(e), null);
  });

  it('is drawn with both branches, two keys and values of its own', () => {
    const drawn = comparedOperations(new Prng(1), { clients: 2, count: 50, pauseUs: 1, keys: 3 });
    const all = drawn.flat().map(({ value }) => transact.input.parse(value));
    const values = all.flatMap((i) =>
      [...i.then, ...i.else].flatMap((p) => (p.op === 'put' ? [p.value] : [])),
    );
    assert.equal(new Set(values).size, values.length);
    assert.ok(all.some((i) => i.compare.length === 2) && all.some((i) => i.compare.length === 1));
    for (const { then } of all) assert.notEqual(then[0]?.key, then[1]?.key);
  });
});
