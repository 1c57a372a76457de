/** The cause of a violation: against made-up runs in which it is known what decides. */
import assert from 'node:assert/strict';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { causeOf, namedMoment, wilson } from '../../harness/runner/cause.ts';
import type { CauseTried } from '../../harness/runner/cause.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';

const program = programOf(minorityPartition, 3, 'virtual', null);
const event = (i: number): HistoryEvent => ({
  type: 'node',
  timeUs: i * 10_000,
  node: 0,
  change: 'started',
});
const history: History = {
  events: Array.from({ length: 200 }, (_, i) => event(i)),
  readyUs: 50_000,
  endUs: 2_000_000,
};

/** Breaks the promise for sure if noise is the same until `decidedUs`, else one time in ten. */
function decidedAt(decidedUs: number): (p: Program) => CauseTried {
  return (p) => {
    const { fromUs = 0, seed = 0 } = p.noise?.turns?.at(-1) ?? {};
    const isSame = fromUs + history.readyUs >= decidedUs;
    const isViolated = isSame || new Prng(seed).chance(100);
    return {
      run: { history, pins: {}, traceHash: null, skippedFaults: [], leftovers: [] },
      isViolated,
    };
  };
}

describe('cause', () => {
  it('is between the two moments of which the later decides, for 30 places', () => {
    for (let at = 10; at < 190; at += 6) {
      const { jump, certain, events, nearest, curve } = causeOf(
        program,
        history,
        1_950_000,
        decidedAt(at * 10_000),
      );
      assert.deepEqual([jump?.from.atUs, jump?.to.atUs], [(at - 1) * 10_000, at * 10_000]);
      assert.deepEqual(certain, { fromUs: (at - 1) * 10_000, untilUs: at * 10_000 });
      assert.deepEqual(events, [event(at)]);
      assert.equal(nearest?.untilUs, (at - 1) * 10_000);
      assert.ok(curve.length < 40, 'few of two hundred moments are looked at');
    }
  });

  it('is told of no moment where it was as likely from the beginning', () => {
    const { jump, nearest } = causeOf(program, history, 1_950_000, decidedAt(0));
    assert.deepEqual([jump, nearest], [null, null]);
    const rare = causeOf(program, history, 1_950_000, decidedAt(9_000_000));
    assert.equal(rare.jump, null);
    assert.equal(rare.certain?.untilUs, null, 'some kept it until the end');
  });

  it('is named: where it rose, else where it became certain, else where it was seen', () => {
    const named = (decidedUs: number): number =>
      namedMoment(causeOf(program, history, 1_950_000, decidedAt(decidedUs)), 1_950_000);
    assert.equal(named(700_000), 700_000);
    assert.equal(named(0), 1_950_000);
    assert.equal(named(9_000_000), 1_950_000);
    // A little likelier with each moment: no jump.
    const slowly = (p: Program): CauseTried => {
      const { fromUs = 0, seed = 0 } = p.noise?.turns?.at(-1) ?? {};
      const permille = Math.floor((fromUs + history.readyUs) / 1_500);
      return { ...decidedAt(0)(p), isViolated: new Prng(seed).chance(Math.min(1_000, permille)) };
    };
    const cause = causeOf(program, history, 1_950_000, slowly);
    assert.equal(cause.jump, null);
    assert.ok(Math.abs(namedMoment(cause, 1_950_000) - 1_450_000) < 200_000, 'about 1.5 s');
  });

  it('is certain later than it jumped, and the jump is named', () => {
    /** Four times in five from the first moment on, always from the second on. */
    const inTwo = (p: Program): CauseTried => {
      const { fromUs = 0, seed = 0 } = p.noise?.turns?.at(-1) ?? {};
      const atUs = fromUs + history.readyUs;
      const isViolated = atUs >= 1_200_000 || (atUs >= 400_000 && new Prng(seed).chance(800));
      return { ...decidedAt(0)(p), isViolated };
    };
    const cause = causeOf(program, history, 1_950_000, inTwo);
    assert.deepEqual([cause.jump?.from.atUs, cause.jump?.to.atUs], [390_000, 400_000]);
    assert.equal(cause.certain?.untilUs, 1_200_000);
    assert.equal(namedMoment(cause, 1_950_000), 400_000);
  });

  it('has the bands of Wilson', () => {
    const { low, high } = wilson(2, 10);
    assert.deepEqual([low.toFixed(3), high.toFixed(3)], ['0.057', '0.510']);
    assert.equal(wilson(0, 20).low, 0);
    assert.equal(wilson(20, 20).high, 1);
  });

  it('runs the same until the moment in the simulation, and another way after it', () => {
    const { run } = runScenario(simulation(), reference, minorityPartition, program);
    const untilUs = run.history.readyUs + 3_000_000;
    const turned = { ...program, noise: { turns: [{ fromUs: 3_000_000, seed: 5 }] } };
    const other = simulation().run(reference, turned);
    const until = (h: History): readonly HistoryEvent[] =>
      h.events.filter((e) => e.timeUs <= untilUs);
    assert.deepEqual(until(other.history), until(run.history));
    assert.notDeepEqual(other.history.events, run.history.events);
  });
});
