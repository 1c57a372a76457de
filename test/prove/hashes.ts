/**
 * Trace hashes of a scenario's seeds, in this process or in another one with other V8 flags: the
 * same seed must give the same events whatever the compiler and the collector of garbage do.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runSeed, scenarioOf } from './runs.ts';

export function traceHashes(scenario: string, seeds: readonly number[]): (string | null)[] {
  return seeds.map((seed) => runSeed(scenarioOf(scenario), seed, null).run.traceHash);
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [scenario = '', ...seeds] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(traceHashes(scenario, seeds.map(Number))));
}
