import { crashPointsTried } from '../crash-points.ts';
import { timeToFind } from '../search.ts';
import type { Demonstration } from './demonstration.ts';

const mutant = 'ack-before-fsync';

export const crashPoints: Demonstration = {
  says: 'a server killed at each record, when that is on its disk, and at each message of a short program: the correct one holds, a broken one is found; beside it how soon plain random search finds that',
  isLong: true,
  run({ say, seed, count }) {
    const runsMax = count ?? 1_000;
    const right = crashPointsTried(null, seed ?? 1, runsMax);
    say(
      right.foundAt === null && right.unknown === 0,
      `crash-points: ${right.tried} tried of the correct node in ${right.runs} runs, ${right.unknown} unknown`,
      right.untried.length === 0 ? 'none left' : `not tried: ${right.untried.join('; ')}`,
    );
    const broken = crashPointsTried(mutant, seed ?? 1, runsMax);
    say(broken.foundAt !== null, `crash-points: ${mutant} is found in run ${broken.foundAt}`);
    const seeds = [1, 2, 3].map((n) => (seed ?? 1) * 1_000 + n * 10_000);
    const limit = { runs: right.runs, events: Infinity };
    const random = seeds.map((s) => timeToFind(mutant, 'random', s, limit)?.runs ?? 'none');
    say(
      true,
      `crash-points: plain random search of all stories finds it in runs ${random.join(', ')}`,
    );
  },
};
