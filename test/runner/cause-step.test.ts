/** Which step is named as the cause: against made-up runs in which it is known what can wait. */
import assert from 'node:assert/strict';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { namedStep, pausedBefore } from '../../harness/runner/cause-step.ts';
import type { Broken } from '../../harness/runner/cause-step.ts';
import type { Cause, CauseTried, Likelihood } from '../../harness/runner/cause.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const timesUs = [200_000, 400_000, 600_000];
const readyUs = 50_000;
const events: HistoryEvent[] = timesUs.map((timeUs, op) => {
  return { type: 'invoke', timeUs, process: 0, op, f: 'read', key: 'k', value: null };
});
const history: History = { events, readyUs, endUs: 1_000_000 };
const program: Program = {
  scenario: 'made-up',
  shape: cluster({ servers: 3, clients: 1 }),
  faults: [100_000, 500_000].map((atUs) => {
    return { kind: 'crash', atUs, untilUs: atUs + 300_000, nodes: { of: 'node', node: 0 } };
  }),
  clients: [timesUs.map((_, id) => ({ id, afterUs: 190_000, f: 'read', key: 'k', value: null }))],
  durationUs: 900_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
};
const broken: Broken = {
  program,
  history,
  violatedUs: 700_000,
  ops: [2],
  steps: timesUs.map((timeUs, op) => ({ timeUs, op, kind: 'step', text: `step ${op}` })),
};

const at = (atUs: number): Likelihood => ({ atUs, failed: 12, runs: 24, low: 0.3, high: 0.7 });
const flat: Cause = { curve: [], jump: null, certain: null, events: [], nearest: null };
const jumpTo = (atUs: number): Cause => ({ ...flat, jump: { from: at(atUs - 1), to: at(atUs) } });

/** Is the promise broken although these steps come later? */
function canWait(steps: readonly number[]): (p: Program) => CauseTried {
  return (p) => {
    const later = p.clients[0]?.find((op) => op.afterUs !== 190_000)?.id;
    const isViolated = later === undefined || steps.includes(later);
    return {
      run: { history, pins: {}, traceHash: null, skippedFaults: [], leftovers: [] },
      isViolated,
    };
  };
}

function named(cause: Cause, waiting: readonly number[], of: Broken = broken): number | undefined {
  return namedStep(cause, of, canWait(waiting)).step?.op;
}

describe('the step that is named as the cause', () => {
  it('is that of the moment at which luck decided, if all later ones can wait', () => {
    assert.equal(named(jumpTo(300_000), [1, 2]), 0);
    assert.equal(named(jumpTo(450_000), [1, 2]), 1);
  });

  it('is the last later one that cannot wait', () => {
    assert.equal(named(jumpTo(300_000), [2]), 1);
    assert.equal(named(jumpTo(300_000), [1]), 2);
    assert.equal(named({ ...flat, certain: { fromUs: 1, untilUs: 300_000 } }, []), 2);
  });

  it('is the first of all where luck decided before any, and all later ones can wait', () => {
    assert.equal(named(jumpTo(100_000), [0, 1, 2]), 0);
    assert.equal(named(jumpTo(100_000), [0, 2]), 1);
  });

  it('is the one before an answer that is as wrong later on, where no luck was needed', () => {
    assert.equal(named(flat, [0, 1, 2]), 1);
    assert.equal(named(flat, []), 2, 'only then it is wrong');
    assert.equal(named(flat, [0, 1, 2], { ...broken, ops: [] }), 2, 'no answer says so');
  });

  it('is none where there are none', () => {
    const none = namedStep(jumpTo(300_000), { ...broken, steps: [] }, canWait([]));
    assert.deepEqual(none, { atUs: 300_000, step: null });
  });

  it('comes later with all after it, and what had begun ends in time', () => {
    const paused = pausedBefore(program, history, 400_000, 7_000);
    assert.deepEqual(
      paused.clients[0]?.map((op) => op.afterUs),
      [190_000, 197_000, 190_000],
    );
    assert.deepEqual(
      paused.faults.map((f) => [f.atUs, f.untilUs]),
      [
        [100_000, 400_000],
        [507_000, 807_000],
      ],
    );
    assert.equal(paused.durationUs, 907_000);
  });
});
