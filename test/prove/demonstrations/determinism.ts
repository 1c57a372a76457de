import { allScenarios } from '../../../harness/cli/scenarios.ts';
import { traceHashes, traceHashesInChild } from '../hashes.ts';
import type { Demonstration } from './demonstration.ts';

export const determinism: Demonstration = {
  says: 'same seed, same trace: twice here, without the optimiser, with a tiny nursery',
  isLong: false,
  run({ say }) {
    const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
    for (const { name } of allScenarios) {
      const few = name === 'mixed-faults' ? seeds : seeds.slice(0, 3);
      const first = JSON.stringify(traceHashes(name, few));
      const others = {
        'the same process': () => traceHashes(name, few),
        '--no-opt': () => traceHashesInChild(name, few, ['--no-opt']),
        '--max-semi-space-size=1': () => traceHashesInChild(name, few, ['--max-semi-space-size=1']),
      };
      for (const [how, again] of Object.entries(others)) {
        say(JSON.stringify(again()) === first, `same hash, ${name}, ${few.length} seeds: ${how}`);
      }
    }
  },
};
