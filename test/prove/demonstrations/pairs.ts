import { openEngine } from '../../../harness/containers/engine.ts';
import { containers } from '../../../harness/containers/environment.ts';
import { processes } from '../../../harness/processes/environment.ts';
import { provePairs } from '../pairs.ts';
import type { Demonstration } from './demonstration.ts';

export const pairs: Demonstration = {
  says: '--count 50: pairs of fault kinds that overlap mean the same everywhere; ten minutes each',
  isLong: true,
  async run({ say, count }) {
    const engine = await openEngine().catch(() => null);
    if (engine === null) say(false, 'pairs of faults, containers: no engine answers');
    const environments = engine === null ? [processes()] : [processes(), containers()];
    for (const environment of environments) {
      const found = await provePairs(environment, count ?? Infinity);
      const which = [...found.wrong, ...found.untold.map((pair) => JSON.stringify(pair))];
      say(
        which.length === 0,
        `pairs of faults, ${environment.name}: ${found.pairs}, ${found.wrong.length} wrong, ${found.untold.length} untold`,
        which.slice(0, 5).join('; '),
      );
    }
  },
};
