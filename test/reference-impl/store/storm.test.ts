/**
 * The store in the simulation, under storms: servers crash in groups and come back within a second,
 * the leader is cut off with a minority, links are slow. The correct store keeps every promise; the
 * mutants of consensus do not.
 */
import assert from 'node:assert/strict';
import type { Prng } from '../../../harness/core/prng.ts';
import {
  cluster,
  defineScenario,
  interleave,
  kvOperations,
  lockOperations,
  secondsUs,
  simulation,
} from '../../../harness/index.ts';
import type { Fault, FaultPlan, LinkTarget } from '../../../harness/index.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { reference } from '../../../reference-impl/system.ts';

const endUs = secondsUs(17);

function storm(draw: Prng): FaultPlan {
  const faults: Fault[] = [];
  if (draw.chance(400)) {
    const links: LinkTarget = { from: { of: 'servers' }, to: { of: 'servers' }, bothWays: false };
    const delayUs = draw.between(10_000, 80_000);
    faults.push({
      kind: 'latency',
      atUs: 500_000,
      untilUs: endUs,
      links,
      delayUs,
      jitterUs: delayUs,
    });
  }
  for (let atUs = 600_000; atUs < endUs; atUs += draw.between(200_000, 3_000_000)) {
    const untilUs = atUs + draw.between(50_000, 1_500_000);
    faults.push(draw.chance(300) ? cut(atUs, untilUs) : crash(draw, atUs, untilUs));
  }
  return faults;
}

function cut(atUs: number, untilUs: number): Fault {
  const links: LinkTarget = { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true };
  return { kind: 'partition', mode: 'drop', atUs, untilUs, links };
}

function crash(draw: Prng, atUs: number, untilUs: number): Fault {
  const of = draw.pick([
    'servers',
    'servers',
    'leader',
    'minority',
    'majority',
    'follower',
  ] as const);
  return { kind: 'crash', atUs, untilUs, nodes: { of } };
}

const scenario = defineScenario({
  name: 'storm',
  claim: 'Servers that crash and are cut off again and again keep one linearizable store.',
  promises: [
    'linearizable',
    'session-guarantees',
    'mutual-exclusion',
    'fencing',
    'election-safety',
    'log-matching',
  ],
  story(draw) {
    const shape = cluster({ servers: draw.pick([3, 5]), clients: 5 });
    return {
      shape,
      faults: storm(draw.fork('faults')),
      clients: interleave(
        kvOperations(draw.fork('operations'), {
          clients: 5,
          count: 200,
          pauseUs: 40_000,
          keys: 3,
          mix: { read: 5, 'read-stale': 3, write: 3, cas: 2, delete: 1 },
        }),
        lockOperations(draw.fork('locks'), {
          clients: 5,
          count: 30,
          pauseUs: 40_000,
          locks: 2,
          ttlUs: 2_000_000,
          holdUs: 40_000,
        }),
      ),
      durationUs: secondsUs(20),
      deadlineUs: 1_000_000,
    };
  },
});

/** The first seed of `runs` whose run breaks a promise, and which; or null. */
function firstViolation(mutant: string | null, runs: number): string | null {
  for (let seed = 1; seed <= runs; seed++) {
    const program = programOf(scenario, seed, 'virtual', mutant);
    const { judgement } = runScenario(simulation(), reference, scenario, program);
    const broken = judgement.verdicts.find((v) => v.kind === 'violated');
    if (broken !== undefined) return `${broken.invariant}, seed ${seed}`;
  }
  return null;
}

describe('the store in a storm', function () {
  // Twenty seconds of computing; a busy machine takes minutes for it.
  this.timeout(300_000);

  it('keeps every promise in 40 runs', () => {
    assert.equal(firstViolation(null, 40), null);
  });

  for (const [mutant, runs] of [
    ['stale-read', 60],
    ['ack-before-fsync', 20],
    ['vote-forgotten', 30],
    ['read-before-noop', 60],
    ['session-forgets-writes', 10],
  ] as const) {
    it(`breaks with the mutant ${mutant} within ${runs} runs`, () => {
      assert.notEqual(firstViolation(mutant, runs), null);
    });
  }
});
