/** Pairs of faults in an environment that takes real time: many share one cluster. */
import type { Environment, Run } from '../../harness/core/environment.ts';
import { echoSystem } from './echo-system.ts';
import { checkPairs } from './pair-judge.ts';
import { allShapes, pairProgram, variants } from './pairs.ts';
import type { Pair } from './pairs.ts';

/** A busy machine begins a fault some tenths of a second late. */
const stretch = 3;

export interface PairsFound {
  /** What is not as `harness/faults/overlap.ts` defines it, a sentence each. */
  readonly wrong: readonly string[];
  /** No letter was sent while both were surely in force: the machine was too busy to tell. */
  readonly untold: readonly Pair[];
  /** Faults that were skipped, and what was left behind. */
  readonly notDone: readonly string[];
}

/** Takes 11 s for each `receivers` pairs, and the time to bring up one node more than these. */
export async function runPairs(
  environment: Environment,
  pairs: readonly Pair[],
  receivers: number,
): Promise<PairsFound> {
  const p = pairProgram(pairs, receivers, stretch);
  const run: Run = await environment.run(echoSystem, p.program);
  const wrong: string[] = [];
  const untold: Pair[] = [];
  const notDone = [
    ...run.skippedFaults.map(({ what, reason }) => `${what}: ${reason}`),
    ...run.leftovers,
  ];
  if (notDone.length > 0) return { wrong, untold, notDone };
  for (const placed of p.placed) {
    try {
      const together = [...checkPairs(run.history, { ...p, placed: [placed] }, true).values()];
      const { first, second, shape } = placed;
      if (together[0] === 0) untold.push({ first, second, shape });
    } catch (e) {
      if (!(e instanceof Error)) throw e;
      wrong.push(e.message.split('\n')[0] as string);
    }
  }
  return { wrong, untold, notDone };
}

const names = Object.keys(variants);

/** Every ordered pair in every shape. */
export function everyPair(): Pair[] {
  return names.flatMap((first) =>
    names.flatMap((second) => allShapes.map((shape) => ({ first, second, shape }))),
  );
}

/** One pair a kind, of which it is the first. */
export function samplePairs(): Pair[] {
  return names.map((first, i) => ({
    first,
    second: names[(3 * i + 1) % names.length] as string,
    shape: allShapes[i % allShapes.length] as Pair['shape'],
  }));
}
