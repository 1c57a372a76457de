/** Draws whole programs from one stream: cluster, operations, fault plan, noise. */
import type { FaultKind, FaultPlan } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation, Program, Settings, Shape } from '../core/program.ts';
import { drawPlan } from '../faults/draw.ts';
import { cluster } from '../workload/cluster.ts';
import type { ServiceSpec } from '../workload/cluster.ts';
import { kvOperations } from '../workload/kv/index.ts';
import type { Mix } from '../workload/kv/index.ts';

/** A number, or one of several to draw from. */
type OneOf<T> = T | readonly T[];

export interface ClusterChoice {
  readonly servers: OneOf<number>;
  readonly clients: OneOf<number>;
  readonly services?: readonly ServiceSpec[];
}

/** What clients do: given a stream and the cluster, one list of operations a client. */
export type Workload = (draw: Prng, shape: Shape) => readonly (readonly Operation[])[];

export interface FaultChoice {
  readonly kinds: readonly FaultKind[];
  /** Smallest and largest number of faults. */
  readonly count: readonly [number, number];
  /** Let each run draw which of the kinds exist at all. True by default. */
  readonly isSwarm?: boolean;
}

export interface ProgramChoice {
  readonly name: string;
  readonly cluster: ClusterChoice;
  readonly operations: Workload;
  readonly faults: FaultChoice;
  readonly durationUs: number;
  readonly settings?: Partial<Settings>;
}

/** A workload of reads, writes and compare-and-sets; every field may be left out. */
export function kv(
  spec: {
    readonly count?: number;
    readonly keys?: number;
    readonly pauseUs?: number;
    readonly mix?: Mix;
  } = {},
): Workload {
  return (draw, shape) =>
    kvOperations(draw, {
      clients: shape.clients,
      count: spec.count ?? 20,
      keys: spec.keys ?? 2,
      pauseUs: spec.pauseUs ?? 200_000,
      mix: spec.mix ?? { read: 5, write: 3, cas: 2 },
    });
}

/** The same stream gives the same program, in every version and on every machine. */
export function drawProgram(draw: Prng, choice: ProgramChoice): Program {
  const shape = drawCluster(draw.fork('cluster'), choice.cluster);
  return {
    scenario: choice.name,
    shape,
    faults: drawFaults(draw.fork('faults'), shape, choice.faults, choice.durationUs),
    clients: choice.operations(draw.fork('operations'), shape),
    durationUs: choice.durationUs,
    noiseSeed: draw.fork('noise').uint32(),
    settings: {
      policyDivisor: 1,
      deadlineUs: 2_000_000,
      mutant: null,
      extra: {},
      ...choice.settings,
    },
  };
}

function drawCluster(draw: Prng, choice: ClusterChoice): Shape {
  return cluster({
    servers: oneOf(draw, choice.servers),
    clients: oneOf(draw, choice.clients),
    services: choice.services ?? [],
  });
}

function drawFaults(draw: Prng, shape: Shape, choice: FaultChoice, durationUs: number): FaultPlan {
  const [fewest, most] = choice.count;
  if (most === 0) return [];
  return drawPlan(draw, {
    shape,
    kinds: choice.kinds,
    count: draw.between(fewest, most),
    fromUs: 0,
    calmUs: Math.floor((durationUs * 4) / 5),
    shortestUs: Math.min(200_000, durationUs >> 3),
    longestUs: Math.max(1_000_000, durationUs >> 2),
    isSwarm: choice.isSwarm ?? true,
    endUs: durationUs,
  });
}

function oneOf<T>(draw: Prng, choice: OneOf<T>): T {
  return Array.isArray(choice) ? draw.pick(choice as readonly T[]) : (choice as T);
}
