/** A scenario with the faults of a plan instead of its own. */
import { secondsUs } from '../core/duration.ts';
import { HarnessError } from '../core/errors.ts';
import { Prng } from '../core/prng.ts';
import type { Program, Shape } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import { compilePlan, type PlannedFault } from './compile.ts';
import { requireMajority } from './radius.ts';
import type { PlanFile } from './read.ts';
import { steadyState } from './steady.ts';

/** The run goes on for so long after the last fault, where the story itself ends earlier. */
const afterUs = secondsUs(5);

/**
 * Everything else stays: cluster, clients, promises. What is random in the plan is drawn from its seed, or
 * from that of the run where it names none. The program holds the faults, so that a counterexample of it is
 * shrunk and replayed without the file. Throws E_PLAN where a part of the plan cannot be done here.
 */
export function withPlan(scenario: Scenario, file: PlanFile): Scenario {
  const { steady } = file.plan;
  const own = steady === undefined ? [] : [steadyState(steady)];
  return {
    ...scenario,
    expect: 'holds',
    effective: 'every-kind',
    promises: [...scenario.promises, ...own.map((p) => p.id)],
    own: [...(scenario.own ?? []), ...own],
    program(draw, policyDivisor) {
      const story = scenario.program(draw, policyDivisor);
      const faults = plannedFaults(file, story.shape, draw.fork('plan')).map((f) => f.fault);
      const endUs = Math.max(...faults.map((f) => f.untilUs)) + afterUs;
      const durationUs = Math.max(story.durationUs, endUs);
      return { ...story, faults, durationUs, clients: stretched(story.clients, durationUs) };
    },
  };
}

/** The operations, as far apart as it takes to be there until the end. */
function stretched(clients: Program['clients'], untilUs: number): Program['clients'] {
  return clients.map((operations) => {
    const pausesUs = operations.reduce((sum, o) => sum + o.afterUs, 0);
    const times = pausesUs === 0 ? 1 : Math.max(1, untilUs / pausesUs);
    return operations.map((o) => ({ ...o, afterUs: Math.round(o.afterUs * times) }));
  });
}

/** As `withPlan` makes them; `draw` is used where the plan names no seed. */
export function plannedFaults(file: PlanFile, shape: Shape, draw: Prng): readonly PlannedFault[] {
  const { seed, limit = 'minority' } = file.plan;
  const planned = compilePlan(file, shape, seed === undefined ? draw : new Prng(seed));
  if (planned.length === 0) {
    throw new HarnessError('E_PLAN', `${file.name}: no fault was drawn. Give it another seed.`);
  }
  if (limit === 'minority') requireMajority(file, planned, shape);
  return planned;
}

/** The shape that a scenario has with this seed, for which a plan is checked and shown. */
export function programForPlan(scenario: Scenario, seed: number): { program: Program; draw: Prng } {
  const draw = new Prng(seed).fork(scenario.name);
  return { program: scenario.program(draw, 1), draw: draw.fork('plan') };
}
