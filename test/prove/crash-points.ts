/** Small clusters and a dozen operations: every crash point of one can be tried, and of pairs those that are near. */
import type { Fault } from '../../harness/core/fault.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/spec.ts';
import { CrashPointSearch } from '../../harness/runner/crash-points.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';

function serversKilled(servers: 1 | 3): Scenario {
  return defineScenario({
    name: servers === 1 ? 'single-server' : 'three-servers',
    claim: 'A server that is killed at any point of its work knows all that it had said.',
    promises: servers === 1 ? ['linearizable'] : ['linearizable', 'election-safety'],
    environments: ['simulation'],
    effective: 'any',
    story: (draw) => ({
      shape: cluster({ servers, clients: 2 }),
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
}

export const singleServer = serversKilled(1);
export const threeServers = serversKilled(3);

export interface PointsTried {
  readonly runs: number;
  readonly tried: number;
  readonly pairs: number;
  readonly events: number;
  readonly unknown: number;
  readonly untried: readonly string[];
  /** The run that broke a promise, counted from 1; null: none did. */
  readonly foundAt: number | null;
}

interface Limits {
  readonly runsMax: number;
  /** 0: one crash is all. */
  readonly pairsWithin?: number;
}

/** Until a promise is broken, all was tried, or after so many runs. */
export function crashPointsTried(
  scenario: Scenario,
  mutant: string | null,
  seed: number,
  { runsMax, pairsWithin = 0 }: Limits,
): PointsTried {
  const program = programOf(scenario, seed, 'virtual', mutant);
  const search = new CrashPointSearch(simulation(), reference, scenario, program, pairsWithin);
  let foundAt: number | null = null;
  while (foundAt === null && !search.isOver && search.runs < runsMax) {
    if (search.step().done.judgement.verdict === 'violated') foundAt = search.runs;
  }
  const { runs, tried, pairs, events, unknown, untried } = search;
  return { runs, tried, pairs, events, unknown, untried, foundAt };
}

/** The same program with two crashes at any times of any servers instead: the first of so many runs that is broken. */
export function randomKillsTried(
  scenario: Scenario,
  mutant: string,
  seed: number,
  runsMax: number,
): number | null {
  const program = programOf(scenario, seed, 'virtual', mutant);
  const draw = new Prng(seed).fork('kills');
  const crash = (): Fault => {
    const node = draw.below(program.shape.nodes.length);
    const atUs = draw.below(program.durationUs / 2);
    const untilUs = atUs + draw.pick([2_000, 800_000]);
    return { kind: 'crash', atUs, untilUs, nodes: { of: 'node', node } };
  };
  const anyEffect: Scenario = { ...scenario, successesMin: 1 };
  for (let run = 1; run <= runsMax; run++) {
    const killed = { ...program, noiseSeed: draw.uint32(), faults: [crash(), crash()] };
    const { judgement } = runScenario(simulation(), reference, anyEffect, killed);
    if (judgement.verdict === 'violated') return run;
  }
  return null;
}
