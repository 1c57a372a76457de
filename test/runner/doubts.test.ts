/** A run that did not show recovery does not say that it did; stories may expect a violation. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { exitCodes } from '../../harness/index.ts';
import type { HistoryEvent, Program } from '../../harness/index.ts';
import { exploreExit } from '../../harness/cli/search/explore.ts';
import { recoveryOf } from '../../harness/runner/doubts.ts';
import { runScenario } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';

const program = (untilUs: number): Program => ({
  scenario: 's',
  shape: { nodes: [], clients: 1 },
  faults: [{ kind: 'crash', atUs: 0, untilUs, nodes: { of: 'leader' } }],
  clients: [],
  durationUs: 100,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 10, mutant: null, extra: {} },
});
const end: HistoryEvent = {
  type: 'fault',
  timeUs: 50,
  phase: 'end',
  fault: 0,
  kind: 'crash',
  nodes: [],
};
const op = (
  id: number,
  fromUs: number,
  type: 'ok' | 'fail' | 'info',
  toUs: number,
): HistoryEvent[] => {
  const o = { process: 0, op: id, f: 'read', key: 'k', value: null };
  return [
    { type: 'invoke', timeUs: fromUs, ...o },
    { type, timeUs: toUs, ...o },
  ];
};
const shown = (events: HistoryEvent[], untilUs = 50): ReturnType<typeof recoveryOf> =>
  recoveryOf(
    { events: events.sort((a, b) => a.timeUs - b.timeUs), readyUs: 0, endUs: 100 },
    program(untilUs),
  );

describe('recovery', () => {
  it('was shown by one answer to what began after the last fault had ended, be it a refusal', () => {
    const quiet = { doubt: null, remark: null };
    assert.deepEqual(shown([end, ...op(0, 60, 'ok', 61)]), quiet);
    assert.deepEqual(shown([end, ...op(0, 60, 'fail', 61), ...op(1, 62, 'info', 72)]), quiet);
  });

  it('is in doubt when none was answered that could have been', () => {
    const { doubt } = shown([end, ...op(0, 60, 'info', 70), ...op(1, 75, 'info', 85)]);
    assert.match(doubt ?? '', /2 operations began after the last fault had ended, and none/);
    assert.equal(shown([end, ...op(0, 95, 'info', 100)]).doubt, null, 'the run ended first');
  });

  it('is shown or left in doubt by the requests of a load as well', () => {
    const load = { process: 0, op: 7, f: 'load', key: 'k', windowUs: 10, dropped: 0, open: 0 };
    const window = (timeUs: number, ok: number, info: number): HistoryEvent => {
      return { type: 'load', timeUs, ...load, began: 1, ok, fail: 0, info, latency: null };
    };
    assert.equal(shown([end, window(70, 1, 5)]).doubt, null);
    assert.match(shown([end, window(70, 0, 5)]).doubt ?? '', /none was answered/);
    assert.equal(shown([end, window(55, 0, 5)]).doubt, null, 'sent before the heal, most likely');
  });

  it('was not tried when nothing began after it, which is said', () => {
    const { doubt, remark } = shown([...op(0, 10, 'ok', 60), end]);
    assert.equal(doubt, null);
    assert.match(remark ?? '', /nothing was tried after the last fault had ended/);
  });

  it('is not asked of a fault that lasts to the end', () => {
    assert.deepEqual(shown([end], 100), { doubt: null, remark: null });
  });
});

describe('a scenario that expects a violation', () => {
  const mutant = { ...minorityPartition, expect: 'violated' } as const;
  const run = (of: typeof mutant | typeof minorityPartition, id: string | null, seed: number) =>
    runScenario(simulation(), reference, of, programOf(of, seed, 'virtual', id));

  it('holds its claim when there was one, and is violated when there was none', () => {
    let seed = 1;
    while (run(minorityPartition, 'stale-read', seed).verdict !== 'violated') seed += 1;
    const broken = run(mutant, 'stale-read', seed);
    assert.equal(broken.verdict, 'holds');
    assert.match(broken.expectation ?? '', /violated as expected: linearizable/);
    const sound = run(mutant, null, seed);
    assert.equal(sound.verdict, 'violated');
    assert.match(
      sound.expectation ?? '',
      /a violation of .*linearizable.* was expected, and there was none/,
    );
  });
});

describe('an exploration', () => {
  it('is unknown by the same share of unknown runs as a scenario, and when nothing ran', () => {
    const exit = (runs: number, unknown: number, violated = false): number =>
      exploreExit({ runs, unknown, violations: new Map(violated ? [['x', 1]] : []) });
    assert.equal(exit(100, 1), exitCodes.holds);
    assert.equal(exit(100, 2), exitCodes.unknown);
    assert.equal(exit(100, 2, true), exitCodes.violated);
    assert.equal(exit(0, 0), exitCodes.unknown);
  });
});
