import { homes } from '../homes.ts';
import { firstCatch, scenarioOf, stepsLeft } from '../runs.ts';
import type { Demonstration } from './demonstration.ts';

const seedsMax = 200;

export const mutants: Demonstration = {
  says: 'each mutant of the reference cluster is caught by its promise',
  isLong: false,
  run({ say }) {
    for (const [mutant, { scenario, invariant }] of Object.entries(homes)) {
      const before = process.cpuUsage();
      const found = firstCatch(scenarioOf(scenario), mutant, seedsMax);
      const { user, system } = process.cpuUsage(before);
      const spent = `${((user + system) / 1e6).toFixed(1)} CPU s`;
      if (found === null) {
        say(false, `mutant ${mutant}, ${scenario}: not caught within ${seedsMax} seeds`, spent);
        continue;
      }
      const steps = stepsLeft(found);
      say(
        found.invariant === invariant,
        `mutant ${mutant}, ${scenario}: seed ${found.seed}, ${found.invariant}, ${steps} steps`,
        spent,
      );
    }
  },
};
