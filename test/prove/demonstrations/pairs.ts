import { openEngine } from '../../../harness/containers/engine.ts';
import { containers } from '../../../harness/containers/environment.ts';
import type { Environment } from '../../../harness/core/environment.ts';
import { processes } from '../../../harness/processes/environment.ts';
import { provePairs } from '../pairs.ts';
import type { Asked, Demonstration } from './demonstration.ts';

export const pairs: Demonstration = {
  says: '--count 50: pairs of fault kinds that overlap mean in processes what they mean in simulation; ten minutes',
  isLong: true,
  run: (asked) => proved(processes(), asked),
};

export const pairsInContainers: Demonstration = {
  says: '--count 50: the same pairs in containers; half an hour, on a machine that does nothing else',
  isLong: true,
  async run(asked) {
    const engine = await openEngine().catch(() => null);
    if (engine === null) asked.say(false, 'pairs of faults, containers: no engine answers');
    else await proved(containers(), asked);
  },
};

async function proved(environment: Environment, { say, count }: Asked): Promise<void> {
  const found = await provePairs(environment, count ?? Infinity);
  const which = [...found.wrong, ...found.untold.map((pair) => JSON.stringify(pair))];
  say(
    which.length === 0,
    `pairs of faults, ${environment.name}: ${found.pairs}, ${found.wrong.length} wrong, ${found.untold.length} untold`,
    which.slice(0, 5).join('; '),
  );
}
