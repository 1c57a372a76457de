/** Small bugs made by machine in the reference node, each against every scenario: what nobody notices. */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Prng } from '../../../harness/core/prng.ts';
import { type Mutation, mutationsOf } from './points.ts';
import type { Fate } from './one.ts';

const top = fileURLToPath(new URL('../../../../', import.meta.url));
const one = fileURLToPath(new URL('./one.js', import.meta.url));
/** All stories take some 80 s of an idle processor: whoever is not through by then says nothing. */
const limitMs = 1_800_000;

/** Judges, stories and fronts are not the machine; of settings every one is a choice. */
const notMachine =
  /\/(judge|scenarios|http|metrics)\/|(promise|mutants|observations|config|describe|index|main|mechanism|system|figures|gauge|metrics|sometimes|scenario|operations|rules|facet|wasteful|write-late|entry-facts|wrapped)\.ts$/;

/** Is that file, from the top of the project, part of what the reference node does? */
export function isMachine(file: string): boolean {
  return file.startsWith('reference-impl/') && !notMachine.test(file);
}

export function allMutations(): readonly Mutation[] {
  const files = readdirSync(`${top}reference-impl`, { recursive: true, encoding: 'utf8' })
    .map((f) => `reference-impl/${f}`)
    .filter((file) => file.endsWith('.ts') && isMachine(file))
    .toSorted();
  return files.flatMap((file) => mutationsOf(file, readFileSync(top + file, 'utf8')));
}

export interface Asked {
  /** So many of them, drawn. */
  readonly count: number;
  readonly seed: number;
  /** Seeds of each scenario. */
  readonly seeds: number;
}

export async function* fatesOf(asked: Asked): AsyncGenerator<readonly [Mutation, Fate]> {
  const drawn = drawnFrom(allMutations(), asked);
  const seeds = String(asked.seeds);
  const correct = execFileSync(process.execPath, [one, 'null', seeds], { encoding: 'utf8' });
  for (const mutation of drawn) yield [mutation, await fateOf(mutation, seeds, correct)];
}

/** At most one a line: neighbours tell the same. */
function drawnFrom(all: readonly Mutation[], { count, seed }: Asked): readonly Mutation[] {
  const lines = new Map<string, Mutation>();
  for (const m of new Prng(seed).shuffle(all)) lines.set(`${m.file}:${m.line}`, m);
  return [...lines.values()].slice(0, count);
}

async function fateOf(mutation: Mutation, seeds: string, correct: string): Promise<Fate> {
  try {
    const args = [one, JSON.stringify(mutation), seeds, correct];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: limitMs });
    return JSON.parse(stdout) as Fate;
  } catch (e) {
    const { killed, stderr } = e as { readonly killed?: boolean; readonly stderr?: string };
    if (killed === true) return { kind: 'undecided' };
    const by = `error: ${String(stderr ?? e).slice(0, 200)}`;
    return { kind: 'caught', scenario: 'none', seed: 0, by };
  }
}
