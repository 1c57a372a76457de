import type { Scenario } from '../../../harness/core/scenario.ts';
import { crashPointsTried, randomKillsTried, singleServer, threeServers } from '../crash-points.ts';
import { timeToFind } from '../search.ts';
import type { Asked, Demonstration } from './demonstration.ts';

/** Found by one crash, and by no fewer than two. */
const byOne = 'ack-before-fsync';
const byTwo = 'vote-forgotten';

export const crashPoints: Demonstration = {
  says: 'servers killed at each record, when that is on its disk, and at each message of a short program, and once more after that: the correct ones hold, broken ones are found; beside it how soon random kills and plain random search find those',
  isLong: true,
  run(asked) {
    correct(asked, singleServer, 3);
    correct(asked, threeServers, 1);
    const { say, seed = 1, count: runsMax = 2_000 } = asked;
    const one = crashPointsTried(singleServer, byOne, seed, { runsMax });
    say(one.foundAt !== null, `crash-points: ${byOne} is found in run ${one.foundAt}`);
    bySearch(asked, byOne, runsMax);
    const two = crashPointsTried(threeServers, byTwo, seed, { runsMax, pairsWithin: 1 });
    say(
      two.foundAt !== null && two.pairs > 0,
      `crash-points: ${byTwo} is found in run ${two.foundAt}`,
      `by none of ${two.tried} single crashes, by pair ${two.pairs}`,
    );
    const runs = two.runs;
    const kills = [1, 2, 3].map((n) => randomKillsTried(threeServers, byTwo, seed + n, runs));
    say(
      true,
      `crash-points: two kills of any servers at any times find ${byTwo} in runs ${words(kills)}`,
      `of ${runs}, the same program`,
    );
    bySearch(asked, byTwo, runs);
  },
};

function correct(
  { say, seed = 1, count = 2_000 }: Asked,
  scenario: Scenario,
  within: number,
): void {
  const { name } = scenario;
  const limits = { runsMax: count, pairsWithin: within };
  const right = crashPointsTried(scenario, null, seed, limits);
  say(
    right.foundAt === null && right.unknown <= right.runs / 2,
    `crash-points: ${name}: ${right.tried} and ${right.pairs} pairs tried of the correct node in ${right.runs} runs, ${right.unknown} unknown`,
    right.untried.length === 0 ? 'none left' : `not tried: ${right.untried.join('; ')}`,
  );
}

function bySearch({ say, seed = 1 }: Asked, mutant: string, runs: number): void {
  const seeds = [1, 2, 3].map((n) => seed * 1_000 + n * 10_000);
  const found = seeds.map(
    (s) => timeToFind(mutant, 'random', s, { runs, events: Infinity })?.runs ?? null,
  );
  say(
    true,
    `crash-points: plain random search of all stories finds ${mutant} in runs ${words(found)}`,
  );
}

function words(runs: readonly (number | null)[]): string {
  return runs.map((r) => r ?? 'none').join(', ');
}
