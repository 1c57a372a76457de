/**
 * How small the shrinker makes failing plans of 40 faults: steps left, of faults and operations, and
 * the CPU time each took. Consensus alone, and the full node with services and clients.
 */
import type { FaultKind } from '../../harness/core/fault.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import type { System } from '../../harness/core/system.ts';
import { drawPlan } from '../../harness/faults/draw.ts';
import { counterexample } from '../../harness/runner/counterexample.ts';
import type { Simulation } from '../../harness/runner/counterexample.ts';
import { promisesFor } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { interleave } from '../../harness/workload/join.ts';
import { kvOperations } from '../../harness/workload/kv/index.ts';
import { requestOperations } from '../../harness/workload/request/index.ts';
import { reference } from '../../reference-impl/system.ts';
import { consensusAlone } from './consensus-system.ts';

/** One failing plan and what is left of it. */
export interface ShrunkPlan {
  readonly what: string;
  readonly seed: number;
  readonly faults: number;
  readonly operations: number;
  readonly cpuSeconds: number;
  readonly attempts: number;
  readonly isCut: boolean;
}

/** Where failing plans come from. */
interface Source {
  readonly what: string;
  readonly system: System;
  readonly simulation: Simulation;
  readonly invariant: string;
  readonly mutant: string;
  /** How long, in µs, faults last. */
  readonly lengthUs: readonly [shortest: number, longest: number];
  readonly kinds: readonly FaultKind[];
  readonly draw: (draw: Prng, source: Source) => Program;
}

/** As slow as an election is long, so that candidates meet. */
const slowLinks = { latency: { lowUs: 5_000, highUs: 60_000 } };
const faultCount = 40;
const secondUs = 1_000_000;

const alone: readonly Source[] = [
  {
    what: 'consensus alone, vote-forgotten',
    system: consensusAlone,
    simulation: simulation({ model: slowLinks }),
    invariant: 'election-safety',
    mutant: 'vote-forgotten',
    lengthUs: [5_000, 500_000],
    kinds: ['crash', 'crash', 'crash', 'partition'],
    draw: (draw, source) => program(draw, source, false),
  },
];

const full: readonly Source[] = [
  fullNode('stale-read', 'linearizable', ['partition', 'latency', 'loss', 'pause', 'crash']),
  fullNode('ack-before-fsync', 'linearizable', ['crash', 'crash', 'disk', 'partition']),
  fullNode('breaker-never-opens', 'resilience', ['crash', 'pause', 'partition', 'latency']),
];

function fullNode(mutant: string, invariant: string, kinds: readonly FaultKind[]): Source {
  return {
    what: `full node, ${mutant}`,
    system: reference,
    simulation: simulation(),
    invariant,
    mutant,
    lengthUs: [200_000, 10 * secondUs],
    kinds,
    draw: (draw, source) => program(draw, source, true),
  };
}

/** Finds and shrinks `count` failing plans of consensus alone. */
export function shrinkConsensus(count: number): ShrunkPlan[] {
  return shrinkFrom(alone, count);
}

/** Finds and shrinks `count` failing plans of full nodes, the mutants in turn. */
export function shrinkFullNode(count: number): ShrunkPlan[] {
  return shrinkFrom(full, count);
}

function shrinkFrom(sources: readonly Source[], count: number): ShrunkPlan[] {
  const shrunk: ShrunkPlan[] = [];
  const seeds = sources.map(() => 0);
  for (let i = 0; shrunk.length < count; i++) {
    const source = sources[i % sources.length] as Source;
    const found = nextFailing(source, seeds[i % sources.length] as number);
    seeds[i % sources.length] = found.seed;
    shrunk.push(shrinkOne(source, found.seed, found.program));
  }
  return shrunk;
}

/** The first plan after `seed` that breaks the invariant. */
function nextFailing(source: Source, seed: number): { seed: number; program: Program } {
  const invariant = promiseOf(source);
  for (let next = seed + 1; ; next++) {
    const candidate = source.draw(new Prng(next).fork(source.what), source);
    if (isViolated(source, invariant, candidate)) return { seed: next, program: candidate };
  }
}

function promiseOf({ system, invariant }: Source): Invariant {
  const [found] = promisesFor(system, [invariant]).invariants;
  if (found === undefined) throw new Error(`${system.name} does not promise ${invariant}`);
  return found;
}

function isViolated(source: Source, invariant: Invariant, p: Program): boolean {
  const run = source.simulation.run(source.system, p, { monitors: [invariant] });
  return invariant.judge(run.history, p).kind === 'violated';
}

function shrinkOne(source: Source, seed: number, failing: Program): ShrunkPlan {
  const before = process.cpuUsage();
  const c = counterexample(source.simulation, source.system, promiseOf(source), failing, {
    build: 'bench',
  });
  const { user, system } = process.cpuUsage(before);
  return {
    what: source.what,
    seed,
    faults: c.record.program.faults.length,
    operations: c.record.program.clients.reduce((n, operations) => n + operations.length, 0),
    cpuSeconds: (user + system) / 1e6,
    attempts: c.attempts,
    isCut: c.stopped !== null,
  };
}

function program(draw: Prng, source: Source, isFull: boolean): Program {
  const clients = isFull ? 3 : 0;
  const services = [
    { name: 'front', instances: 2, calls: ['back'] },
    { name: 'back', instances: 2 },
  ];
  const shape = cluster({ servers: 5, services: isFull ? services : [], clients });
  const durationUs = (isFull ? 60 : 22) * secondUs;
  return {
    scenario: source.what,
    shape,
    faults: drawPlan(draw.fork('faults'), {
      shape,
      kinds: source.kinds,
      count: faultCount,
      fromUs: secondUs,
      calmUs: durationUs - 2 * secondUs,
      shortestUs: source.lengthUs[0],
      longestUs: source.lengthUs[1],
      isSwarm: false,
    }),
    clients: isFull ? operations(draw, clients) : [],
    durationUs,
    noiseSeed: draw.fork('noise').uint32(),
    settings: {
      policyDivisor: 1,
      deadlineUs: 2 * secondUs,
      mutant: source.mutant,
      extra: isFull ? { trafficUs: secondUs } : {},
    },
  };
}

function operations(draw: Prng, clients: number): Program['clients'] {
  return interleave(
    kvOperations(draw.fork('kv'), {
      clients,
      count: 60,
      pauseUs: 300_000,
      keys: 3,
      mix: { read: 5, write: 3, cas: 2, delete: 1 },
    }),
    requestOperations(draw.fork('requests'), {
      clients,
      count: 30,
      pauseUs: 500_000,
      services: ['front', 'back'],
    }),
  );
}
