import { toxiproxyVersion } from '../../../harness/containers/binaries.ts';
import { withProxyOf } from '../../proxy/bench.ts';
import { type Recipe, recipes, slowestMs } from '../../proxy/wedge-recipes.ts';
import { goApi } from '../suites/go-api.ts';
import { goCli } from '../suites/go-cli.ts';
import { rustClient } from '../suites/rust-client.ts';
import { startOurs, startTheirs } from '../suites/server.ts';
import { runSuite } from '../suites/suite.ts';
import type { Demonstration, Say } from './demonstration.ts';

export const toxiproxy: Demonstration = {
  says: 'what wedges Toxiproxy, and published suites of its clients, against antlion proxy; by go and cargo',
  isLong: true,
  async run({ say }) {
    for (const [name, recipe] of Object.entries(recipes)) await proveRecipe(name, recipe, say);
    for (const suite of [goApi, goCli, rustClient]) {
      const { passed, failed, inapplicable, tail } = await runSuite(suite);
      const isGood = passed.length > 0 && failed.length === 0;
      const which = isGood ? inapplicable.join('; ') : `${failed.join(' ')}\n${tail}`;
      const counts = `${passed.length} passed, ${failed.length} failed, ${inapplicable.length} cannot apply`;
      say(isGood, `${suite.name}: ${counts}`, which);
    }
  },
};

/** Longest answer of ours, ms: the best of three rounds, as a wedge lasts. */
const answersWithinMs = 100;
/** After it a server passes for wedged, ms. */
const givenUpMs = 5_000;

async function proveRecipe(name: string, recipe: Recipe, say: Say): Promise<void> {
  const rounds: number[] = [];
  for (let i = 0; i < 3; i++) rounds.push(await slowest(recipe, startOurs));
  const ours = Math.min(...rounds);
  const theirs = await slowest(recipe, startTheirs);
  const inWords = (ms: number): string =>
    ms === Infinity ? `no answer in ${givenUpMs / 1_000} s` : `${Math.ceil(ms)} ms`;
  say(
    ours < answersWithinMs,
    `${name}: slowest answer ${inWords(ours)}`,
    `Toxiproxy ${toxiproxyVersion}: ${inWords(theirs)}`,
  );
}

/** The slowest answer, ms; Infinity: one that nobody waited for. */
async function slowest(
  recipe: Recipe,
  start: (port: number) => Promise<AsyncDisposable>,
): Promise<number> {
  const port = 8476;
  await using _server = await start(port);
  let slowestSeen = Infinity;
  try {
    await withProxyOf(
      `http://127.0.0.1:${port}`,
      async (bench) => {
        slowestSeen = await slowestMs(recipe, bench);
      },
      givenUpMs,
    );
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error;
  }
  return slowestSeen;
}
