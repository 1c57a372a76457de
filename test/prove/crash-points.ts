/** A cluster of one server and a dozen operations: every crash point of it can be tried. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/spec.ts';
import { CrashPointSearch } from '../../harness/runner/crash-points.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';

const single = defineScenario({
  name: 'single-server',
  claim: 'A server that is killed at any point of its work knows all that it had answered.',
  promises: ['linearizable'],
  environments: ['simulation'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers: 1, clients: 2 }),
    faults: [],
    clients: kvOperations(draw.fork('operations'), {
      clients: 2,
      count: 12,
      pauseUs: 100_000,
      keys: 1,
      mix: { read: 3, write: 3 },
    }),
    durationUs: secondsUs(6),
    deadlineUs: secondsUs(1),
  }),
});

export interface PointsTried {
  readonly runs: number;
  readonly tried: number;
  readonly events: number;
  readonly unknown: number;
  readonly untried: readonly string[];
  /** The run that broke a promise, counted from 1; null: none did. */
  readonly foundAt: number | null;
}

/** Until a promise is broken, all was tried, or after so many runs. */
export function crashPointsTried(
  mutant: string | null,
  seed: number,
  runsMax: number,
): PointsTried {
  const program = programOf(single, seed, 'virtual', mutant);
  const search = new CrashPointSearch(simulation(), reference, single, program);
  let foundAt: number | null = null;
  while (foundAt === null && !search.isOver && search.runs < runsMax) {
    if (search.step().done.judgement.verdict === 'violated') foundAt = search.runs;
  }
  const { runs, tried, events, unknown, untried } = search;
  return { runs, tried, events, unknown, untried, foundAt };
}
