import { allScenarios } from '../../../harness/cli/scenarios.ts';
import type { Scenario } from '../../../harness/core/scenario.ts';
import { profiles } from '../profiles.ts';
import { falseAlarms } from '../runs.ts';
import type { Demonstration, Say } from './demonstration.ts';

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
