/** Every pair of kinds of fault, in every order, in environments that take real time. */
import type { Environment } from '../../harness/core/environment.ts';
import { everyPair, runPairs } from '../conformance/real-pairs.ts';
import type { Pair } from '../conformance/pairs.ts';

const receivers = 12;
/** Those that a busy machine left untold are tried again. */
const rounds = 3;

export interface PairsProved {
  readonly pairs: number;
  readonly wrong: readonly string[];
  /** Still untold after all rounds. */
  readonly untold: readonly Pair[];
}

/** `limit`: so many pairs, spread over all. Throws what the environment throws. */
export async function provePairs(environment: Environment, limit: number): Promise<PairsProved> {
  const all = everyPair();
  const every = Math.max(1, Math.floor(all.length / limit));
  const pairs = all.filter((_, i) => i % every === 0);
  const wrong: string[] = [];
  let untold: readonly Pair[] = pairs;
  for (let round = 0; round < rounds && untold.length > 0; round++) {
    const again: Pair[] = [];
    // In several clusters, so that one that fails does not take all along.
    for (let i = 0; i < untold.length; i += receivers * 8) {
      const found = await runPairs(environment, untold.slice(i, i + receivers * 8), receivers);
      wrong.push(...found.wrong, ...found.notDone);
      again.push(...found.untold);
    }
    untold = again;
  }
  return { pairs: pairs.length, wrong, untold };
}
