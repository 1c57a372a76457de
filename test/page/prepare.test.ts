/** What a page shows of a run, made without a browser: each picture against histories told by hand. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import { cluster, type Invariant, type Program, type System } from '../../harness/index.ts';
import { registerOperations } from '../../harness/invariants/linearizable.ts';
import { invariantOf } from '../../harness/index.ts';
import { lockLanes } from '../../harness/page/prepare/locks.ts';
import { nodeLanes } from '../../harness/page/prepare/nodes.ts';
import { columnsOf, operationRows } from '../../harness/page/prepare/operations.ts';
import { registerLanes } from '../../harness/page/prepare/registers.ts';
import { runView } from '../../harness/page/prepare/run-view.ts';
import { firstDifference, oneFewer } from '../../harness/runner/one-fewer.ts';

type Answer = readonly [type: 'ok' | 'fail' | 'info', value: unknown, atUs: number] | null;

/** `[process, f, key, argument, called at, answer]`, times in ms. */
type Call = readonly [number, string, string, unknown, number, Answer];

function historyOf(calls: readonly Call[], others: readonly HistoryEvent[] = []): History {
  const events = calls.flatMap(([process, f, key, value, at, answer], op): HistoryEvent[] => {
    const shared = { process, op, f, key };
    const invoke = { type: 'invoke', timeUs: at * 1_000, value, ...shared } as HistoryEvent;
    if (answer === null) return [invoke];
    const [type, result, end] = answer;
    return [invoke, { type, timeUs: end * 1_000, value: result, ...shared } as HistoryEvent];
  });
  const all = [...events, ...others].sort((a, b) => a.timeUs - b.timeUs);
  return { events: all, readyUs: 0, endUs: 1_000_000 };
}

const program: Program = {
  scenario: 'story',
  shape: cluster({ servers: 3, clients: 2 }),
  faults: [{ kind: 'pause', atUs: 100_000, untilUs: 300_000, nodes: { of: 'node', node: 1 } }],
  clients: [[], []],
  durationUs: 1_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 500_000, mutant: null, extra: {} },
};

/** Written, overwritten, and then the first value is read: no order explains it. */
const stale: readonly Call[] = [
  [0, 'write', 'k', 1, 10, ['ok', 1, 20]],
  [1, 'write', 'k', 2, 30, ['ok', 2, 40]],
  [0, 'read', 'k', null, 50, ['ok', 1, 60]],
];

describe('rows of a register', () => {
  it('say when it can have held a value, and a read beyond that stands out', () => {
    const ops = registerOperations(historyOf(stale).events);
    const lanes = registerLanes(ops, [0, 1, 2], keyValueCells(), 1_000_000);
    const spans = lanes.map((l) => [l.label, l.segments.map((s) => [s.fromUs, s.untilUs])]);
    assert.deepEqual(spans, [
      ['k is 1', [[10_000, 40_000]]],
      ['k is 2', [[30_000, 60_000]]],
    ]);
  });

  it('go on to the end where a write may yet happen', () => {
    const open: Call[] = [
      [0, 'write', 'k', 1, 10, ['info', null, 20]],
      [1, 'write', 'k', 2, 30, ['ok', 2, 40]],
    ];
    const ops = registerOperations(historyOf(open).events);
    const [first] = registerLanes(ops, [0], keyValueCells(), 1_000_000);
    assert.equal(first?.segments[0]?.untilUs, 1_000_000);
  });
});

describe('a run as a view', () => {
  const linearizable = invariantOf('linearizable');
  const system: System = { name: 'hand', operations: new Set(), promises: [], mutants: {} };
  const view = (history: History, invariant: Invariant): ReturnType<typeof runView> =>
    runView({
      id: 'r',
      about: '',
      claim: null,
      system,
      program,
      history,
      invariants: [invariant],
      verdicts: [invariant.judge(history, program)],
      verdict: 'violated',
      remarks: [],
      note: '',
      codes: [],
    });

  it('ties each fact to its operation', () => {
    const { violation } = view(historyOf(stale), linearizable);
    assert.ok(violation !== null);
    // A judge names processes; `verdictOf` makes clients of them. Here both are told by number.
    assert.equal(violation.facts.length, violation.ops.length);
    assert.deepEqual([...violation.ops].sort(), [1, 2]);
  });

  it('shows one order of what came before, and every place where the last does not fit', () => {
    const order = view(historyOf(stale), linearizable).violation?.order;
    assert.deepEqual(
      order?.steps.map((s) => [s.op, s.state]),
      [
        [0, '1'],
        [1, '2'],
      ],
    );
    assert.deepEqual(order?.tries, [{ after: 1, why: 'k is 2 here, and it found 1' }]);
  });

  it('keeps operations as columns that say what became of each', () => {
    const calls: Call[] = [...stale, [1, 'read', 'k', null, 70, null]];
    const columns = columnsOf(operationRows(historyOf(calls).events, program.shape));
    assert.deepEqual(columns.outcome, [0, 0, 0, 3]);
    assert.deepEqual(columns.untilUs, [20_000, 40_000, 60_000, -1]);
    const text = (n: number | undefined): string | undefined => columns.texts[n ?? -1];
    assert.equal(text(columns.asked[0]), 'write k = 1');
    assert.equal(text(columns.ended[3]), 'no answer');
    assert.equal(text(columns.result[2]), '1');
  });
});

describe('rows of nodes', () => {
  it('say who led in which term, who was down and who stood still', () => {
    const role = (timeUs: number, node: number, role_: string, term: number): HistoryEvent =>
      ({
        type: 'observe',
        timeUs,
        node,
        value: { kind: 'role', role: role_, term },
      }) as HistoryEvent;
    const history = historyOf(
      [],
      [
        { type: 'node', timeUs: 0, node: 1, change: 'started' },
        role(50_000, 1, 'leader', 3),
        { type: 'fault', timeUs: 100_000, phase: 'begin', fault: 0, kind: 'pause', nodes: [1] },
        { type: 'fault', timeUs: 300_000, phase: 'end', fault: 0, kind: 'pause', nodes: [1] },
        { type: 'node', timeUs: 400_000, node: 1, change: 'crashed' },
        { type: 'node', timeUs: 500_000, node: 1, change: 'started' },
      ],
    );
    const segments = nodeLanes(history, program)[1]?.segments ?? [];
    assert.deepEqual(
      segments.map((s) => [s.text, s.fromUs / 1_000, s.untilUs / 1_000]),
      [
        ['up', 0, 50],
        ['leader t3', 50, 100],
        ['paused', 100, 300],
        ['leader t3', 300, 400],
        ['down', 400, 500],
        ['up', 500, 1_000],
      ],
    );
  });
});

describe('rows of a lock', () => {
  it('mark where two have it at once, and end with the lease', () => {
    const calls: Call[] = [
      [0, 'acquire', 'l', { ttlUs: 100_000 }, 10, ['ok', { token: 1, ttlUs: 100_000 }, 20]],
      [1, 'acquire', 'l', { ttlUs: 100_000 }, 60, ['ok', { token: 2, ttlUs: 100_000 }, 70]],
      [1, 'release', 'l', null, 90, ['ok', null, 95]],
    ];
    const lanes = lockLanes(historyOf(calls).events, 'l', ['c0', 'c1'], 1_000_000);
    const told = lanes.map((l) => [l.label, ...l.segments.map((s) => [s.look, s.untilUs])]);
    assert.deepEqual(told, [
      ['l: c0', ['clash', 110_000]],
      ['l: c1', ['clash', 90_000]],
    ]);
  });
});

describe('a run with one step less', () => {
  const history = historyOf(stale);

  it('differs first where an event is another, the step itself aside', () => {
    const without = historyOf(stale.filter(([, f]) => f !== 'read'));
    assert.equal(firstDifference(history, without, { op: 2 }).differs, null);
    const other = historyOf([
      stale[0] as Call,
      stale[1] as Call,
      [0, 'read', 'k', null, 50, ['ok', 2, 60]],
    ]);
    const { differs } = firstDifference(history, other, { op: 9 });
    assert.equal(differs?.here?.timeUs, 60_000);
  });

  it('counts faults after one that is left out as what they were', () => {
    const fault = (n: number): HistoryEvent => ({
      type: 'fault',
      timeUs: n,
      phase: 'begin',
      fault: n,
      kind: 'crash',
      nodes: [n],
    });
    const [all, one] = [
      historyOf([], [fault(0), fault(1)]),
      historyOf([], [{ ...fault(1), fault: 0 } as HistoryEvent]),
    ];
    assert.equal(firstDifference(all, one, { fault: 0 }).differs, null);
  });

  it('prefers to leave out what the contradiction is not about', async () => {
    const operations = [0, 1].map((id) => ({ id, afterUs: 0, f: 'read', key: 'k', value: null }));
    const two: Program = { ...program, clients: [operations, []] };
    const kept: Invariant = {
      ...invariantOf('linearizable'),
      judge: (_, p) =>
        p.faults.length + p.clients.flat().length === 3
          ? {
              kind: 'violated',
              invariant: 'i',
              claim: '',
              explanation: { atUs: 0, sentences: [], ops: [] },
            }
          : { kind: 'holds', invariant: 'i', basis: '' },
    };
    const run = { history, pins: {}, traceHash: null, skippedFaults: [], leftovers: [] };
    const { tries, nearest } = await oneFewer(two, history, kept, [0, 1], () => run);
    assert.equal(tries.length, 3);
    assert.deepEqual(nearest?.step, { fault: 0 });
  });
});
