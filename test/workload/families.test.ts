/** Families of operations: those that there are, and one of somebody who has the public API alone. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import {
  defineOperation,
  drawOperations,
  HarnessError,
  type HistoryEvent,
  property,
  type Operation,
  Prng,
  type Program,
  simulation,
} from '../../harness/index.ts';
import { linearizable } from '../../harness/invariants/linearizable.ts';
import { stepsOf } from '../../harness/runner/narrate.ts';
import { WorkloadClient } from '../../harness/workload/client.ts';
import { operationKind } from '../../harness/workload/families.ts';
import { reference } from '../../reference-impl/system.ts';

/** Puts a value in place of another and answers with that. */
defineOperation({
  f: 'swap',
  input: z.object({ to: z.number(), from: z.number().nullable() }),
  output: z.number().nullable(),
  describeInput: ({ to }) => ` for ${to}`,
  describeOutput: (before) => ` in place of ${before}`,
  learns: (ended) => (ended.type === 'ok' ? { last: ended.output } : null),
  cells: ({ key, input, output }) => [{ f: 'cas', key, input: [output, input.to], output }],
});

const swap = (id: number, value: Operation['value']): Operation => {
  return { id, afterUs: 1, f: 'swap', key: 'k', value };
};

describe('an operation of your own', () => {
  it('teaches its client what it says', () => {
    const asked: Operation['value'][] = [];
    const due: (() => void)[] = [];
    const client = new WorkloadClient({
      client: 0,
      clients: 1,
      operations: [swap(0, { to: 1, from: null }), swap(1, { to: 2, from: '$last' })],
      deadlineUs: 100,
      scheduler: { nowUs: () => 0, after: (_, f) => due.push(f) },
      start(op, done) {
        asked.push(op.value);
        done({ type: 'ok', value: 7 });
      },
      record() {},
    });
    client.begin();
    while (due.length > 0) due.shift()?.();
    assert.deepEqual(asked, [
      { to: 1, from: null },
      { to: 2, from: 7 },
    ]);
  });

  const events = (second: number): HistoryEvent[] => [
    {
      type: 'invoke',
      timeUs: 0,
      process: 0,
      op: 0,
      f: 'swap',
      key: 'k',
      value: { to: 1, from: null },
    },
    { type: 'ok', timeUs: 1, process: 0, op: 0, f: 'swap', key: 'k', value: null },
    {
      type: 'invoke',
      timeUs: 2,
      process: 0,
      op: 1,
      f: 'swap',
      key: 'k',
      value: { to: 2, from: 1 },
    },
    { type: 'ok', timeUs: 3, process: 0, op: 1, f: 'swap', key: 'k', value: second },
  ];
  const program = {
    scenario: 'swaps',
    shape: { nodes: [], clients: 1 },
    faults: [],
    clients: [],
    durationUs: 10,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
  } satisfies Program;
  const history = (second: number) => {
    return { program, events: events(second), readyUs: 0, endUs: 10 };
  };

  it('is judged as what it does to each key', () => {
    assert.equal(linearizable().judge(history(1), program).kind, 'holds');
    assert.equal(linearizable().judge(history(9), program).kind, 'violated');
  });

  it('is told in its own words', () => {
    const [first] = stepsOf(program, history(1));
    assert.match(first ?? '', /c0 swap k for 1 → ok in place of null after 1 µs/);
  });

  it('may be in any program; a system that has it not refuses it by name', () => {
    assert.throws(
      () =>
        property({
          environment: simulation(),
          system: reference,
          cluster: { servers: 1, clients: 1 },
          faults: { kinds: [], count: [0, 0] },
          operations: (draw, { clients }) =>
            drawOperations(draw, { clients, count: 2, pauseUs: 1_000 }, (_, id) => {
              return { f: 'swap', key: 'k', value: { to: id, from: null } };
            }),
          promises: ['linearizable'],
          runs: 1,
        }),
      /swap/,
    );
  });

  it('has a name of its own, and an argument that its schema takes', () => {
    const refuses = (work: () => unknown, message: RegExp) =>
      assert.throws(work, (e: HarnessError) => e.code === 'E_CONFIG' && message.test(e.message));
    const any = { input: z.any(), output: z.any() };
    refuses(() => defineOperation({ f: 'read', ...any }), /operation "read" is defined twice/);
    const due: (() => void)[] = [];
    const client = new WorkloadClient({
      client: 0,
      clients: 1,
      operations: [swap(0, { to: 'x', from: null })],
      deadlineUs: 100,
      scheduler: { nowUs: () => 0, after: (_, f) => due.push(f) },
      start() {},
      record() {},
    });
    client.begin();
    refuses(() => due.shift()?.(), /operation 0, swap of k, has the argument .*"x".*: to /);
  });
});

describe('families of operations', () => {
  it('draw only what they describe, argument and all', () => {
    const lists = drawOperations(new Prng(1), { clients: 2, count: 3, pauseUs: 5 }, (_, id) => {
      return { f: 'read', key: `k${id}`, value: null };
    });
    assert.deepEqual(
      lists.map((list) => list.map((op) => op.id)),
      [
        [0, 2, 4],
        [1, 3, 5],
      ],
    );
    for (const f of ['read', 'read-stale', 'write', 'cas', 'delete', 'write-all', 'watch']) {
      assert.equal(operationKind(f)?.f, f);
    }
    for (const f of ['acquire', 'release', 'write-fenced', 'request', 'lookup']) {
      assert.equal(operationKind(f)?.f, f);
    }
    assert.equal(operationKind('toString'), undefined);
  });
});
