/**
 * `--shard i/n`: a part of all runs, about as long as each of the others. Parts are neighbours in the
 * order of the runs, so that what they found, one after the other, is what one command finds.
 */
import { workFactorOf } from '../../core/environment.ts';
import type { Time } from '../../core/environment.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { programOf } from '../../runner/run-scenario.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** Throws E_USAGE. */
export function parseShard(text: string): Shard {
  const m = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  const [index, of] = [Number(m?.[1]), Number(m?.[2])];
  if (index <= of) return { index, of };
  throw new HarnessError(
    'E_USAGE',
    `shard is "${text}", wanted which part of how many, from 1/1 to 9999/9999. Pass --shard 1/4.`,
  );
}

/** How dear one run is, in units of its own: virtual time that its nodes spend, or real time. */
export function workOf(scenario: Scenario, system: System, seed: number, time: Time): number {
  const { shape, durationUs } = programOf(scenario, seed, time, null);
  // Bringing real nodes up and taking them down is a part of it.
  if (time === 'real') return durationUs + 3_000_000;
  return durationUs * (shape.nodes.length + shape.clients) * workFactorOf(system);
}

export interface Load {
  /** Of one run. */
  readonly work: number;
  readonly runs: number;
}

/**
 * Numbers of the first run of a shard, and of the first after it. Runs go through one scenario after the
 * other, or (`isSearch`) round all of them. A run belongs where the middle of its work lies.
 */
export function rangeOf(
  loads: readonly Load[],
  { index, of }: Shard,
  isSearch: boolean,
): { readonly from: number; readonly to: number } {
  const total = loads.reduce((sum, l) => sum + l.work * l.runs, 0);
  const round = loads.reduce((sum, l) => sum + l.work, 0);
  /** How many runs have their middle before `bound`. */
  const before = (bound: number): number => {
    let count = 0;
    let start = 0;
    for (const { work, runs } of loads) {
      const step = isSearch ? round : work;
      const n = Math.ceil((bound - start - work / 2) / step);
      count += Math.min(runs, Math.max(0, n));
      start += isSearch ? work : work * runs;
    }
    return count;
  };
  const all = loads.reduce((sum, l) => sum + l.runs, 0);
  return {
    from: before((total * (index - 1)) / of),
    to: index === of ? all : before((total * index) / of),
  };
}
