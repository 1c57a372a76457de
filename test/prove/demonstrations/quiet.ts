import { allScenarios } from '../../../harness/cli/scenarios.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { profiles } from '../profiles.ts';
import { allotted } from '../allotted.ts';
import { falseAlarms, runSeed, scenarioOf } from '../runs.ts';
import { storiesAsked } from './demonstration.ts';
import type { Demonstration, Say } from './demonstration.ts';
import { quietly } from './quiet-stories.ts';

/** More unknown runs than this share prove too little. */
const unknownShareMax = 0.01;

export const alarms: Demonstration = {
  says: '--count 550: no false alarm of the correct node, so many seeds of each profile of faults',
  isLong: false,
  // Over 10,000 runs together.
  run: ({ say, count }) => profiles.forEach((p) => quiet(p, count ?? 550, say)),
};

export const scenarios: Demonstration = {
  says: '--count 200 --scenario NAME: no false alarm of the correct node, so many seeds of each story',
  isLong: false,
  run: ({ say, count, scenario }) =>
    allScenarios
      .filter(({ name }) => scenario === null || name === scenario)
      .forEach((s) => quiet(s, count ?? 200, say)),
};

/** Of each story at least, however long one takes. */
const runsMin = 20;

export const correctRuns: Demonstration = {
  says: '--count 100000 --seed 1 --scenario NAME: so many runs of the correct node, each story given as much CPU time: no false alarm; some hours',
  isLong: true,
  run({ say, count = 100_000, seed = 1, scenario }) {
    const names = storiesAsked(
      allScenarios.map((s) => s.name),
      scenario,
    );
    const stories = names.map(scenarioOf);
    const counts = allotted(stories.map(cpuMsOf), count, runsMin);
    stories.forEach((story, i) => quietly(story, { seed, count: counts[i] as number }, say));
    const runs = counts.reduce((sum, n) => sum + n, 0);
    say(true, `correct node: ${runs} runs of ${stories.length} stories`);
  },
};

/** Of one run. The first ones are for the compiler. */
function cpuMsOf(story: Scenario): number {
  const took = [1, 2, 3].map((seed) => {
    const before = process.cpuUsage();
    runSeed(story, seed, null);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...took);
}

/** The correct node: no promise of any kind alarms, hardly a run proves nothing, and runs repeat exactly. */
function quiet(scenario: Scenario, runs: number, say: Say): void {
  const { violated, unknown, repeated, different } = falseAlarms(scenario, runs);
  const isOk = violated.length + different.length === 0 && unknown.length <= runs * unknownShareMax;
  const which = [...violated, ...different.map((seed) => `${seed} differs`)].slice(0, 5);
  say(
    isOk,
    `correct node, ${scenario.name}, ${runs} seeds: ${violated.length} violations, ${unknown.length} unknown, ${repeated.length} run twice, ${different.length} differ`,
    which.length === 0 ? '' : `seeds ${which.join(', ')}`,
  );
}
