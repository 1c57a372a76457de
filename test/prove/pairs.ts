/** Every pair of kinds of fault, in every order, in environments that take real time. */
import type { Environment } from '../../harness/core/environment.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { ErrorCode } from '../../harness/core/errors.ts';
import { everyPair, runPairs } from '../conformance/real-pairs.ts';
import type { Pair } from '../conformance/pairs.ts';

const receivers = 8;
/** Pairs of one cluster: one that a busy machine loses takes no more along. */
const clusterPairs = 4 * receivers;
/** Those that a busy machine left untold are tried again. */
const rounds = 3;
/** A run that these end tells nothing. */
const ofTheMachine: readonly ErrorCode[] = ['E_FAULT', 'E_ENGINE', 'E_NOT_READY'];

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
    for (let i = 0; i < untold.length; i += clusterPairs) {
      const some = untold.slice(i, i + clusterPairs);
      const found = await runPairs(environment, some, receivers).catch((e: unknown) => {
        if (e instanceof HarnessError && ofTheMachine.includes(e.code)) return null;
        throw e;
      });
      wrong.push(...(found?.wrong ?? []), ...(found?.notDone ?? []));
      again.push(...(found?.untold ?? some));
    }
    untold = again;
  }
  return { pairs: pairs.length, wrong, untold };
}
