/**
 * Trace hashes of a scenario's seeds, in this process or in another one with other V8 flags: the
 * same seed must give the same events whatever the compiler and the collector of garbage do.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allScenarios } from '../../harness/cli/scenarios.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { scenarioOf } from './runs.ts';

export function traceHashes(scenario: string, seeds: readonly number[]): (string | null)[] {
  const found = scenarioOf(scenario);
  return seeds.map((seed) => {
    const program = programOf(found, seed, 'virtual', null);
    return simulation().run(reference, program).traceHash;
  });
}

/** The same from a fresh process that runs under `flags` too. */
export function traceHashesInChild(
  scenario: string,
  seeds: readonly number[],
  flags: readonly string[],
): (string | null)[] {
  const self = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, ...flags, self, scenario, ...seeds.map(String)];
  const out = execFileSync(process.execPath, args, { encoding: 'utf8' });
  return JSON.parse(out) as (string | null)[];
}

/** By scenario, of the seeds 1, 2, …. */
export type Hashes = Readonly<Record<string, readonly (string | null)[]>>;

function hashesOfAll(count: number): Hashes {
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  return Object.fromEntries(allScenarios.map(({ name }) => [name, traceHashes(name, seeds)]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [scenario = '', ...seeds] = process.argv.slice(2);
  const found =
    scenario === 'every-scenario'
      ? hashesOfAll(Number(seeds[0]))
      : traceHashes(scenario, seeds.map(Number));
  process.stdout.write(JSON.stringify(found));
}
