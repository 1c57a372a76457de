/**
 * How small counterexamples get: of each mutant where it shows, its steps, the tries and the share of the
 * optimum, which is looked for by trying every smaller choice of steps as far as that can be afforded.
 */
import type { Fault } from '../../harness/core/fault.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { counterexample, shrinkBudget, tryProgram } from '../../harness/runner/counterexample.ts';
import type { Counterexample, ShrinkBudget } from '../../harness/runner/counterexample.ts';
import { size } from '../../harness/runner/shrink.ts';
import { choices } from '../../harness/runner/choices.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { mutants, reference } from '../../reference-impl/system.ts';
import { shows } from '../reference-impl/shows.ts';
import { runSeed, scenarioOf } from './runs.ts';

export interface ShrunkRow {
  readonly mutant: string;
  readonly scenario: string;
  readonly invariant: string;
  readonly before: number;
  readonly steps: number;
  readonly tries: number;
  readonly cpuMs: number;
  /** Each single step was left out, and none of these runs failed. */
  readonly isMinimal: boolean;
  /** The fewest steps that fail; null: not known. */
  readonly optimum: number | null;
  /** Each operation that contradicts another is told. */
  readonly isTold: boolean;
}

/** Mutants in an order drawn from `seed`, so many of them. */
export function mutantsDrawn(seed: number, count: number): readonly string[] {
  return new Prng(seed).shuffle(Object.keys(mutants).sort()).slice(0, count);
}

/** A violated run of a mutant, at the story and seed where it is known to show; null: it shows no more. */
export function violatedRun(
  mutant: string,
): { readonly invariant: Invariant; readonly program: Program } | null {
  const [scenario, seed] = shows[mutant] as readonly [string, number];
  const { judgement, invariants, program } = runSeed(scenarioOf(scenario), seed, mutant);
  const violated = judgement.verdicts.find((v) => v.kind === 'violated');
  const invariant = invariants.find((i) => i.id === violated?.invariant);
  return invariant === undefined ? null : { invariant, program };
}

/** A violated run made small. */
export interface Shrunk {
  readonly mutant: string;
  readonly invariant: Invariant;
  /** As it was found. */
  readonly failing: Program;
  readonly found: Counterexample;
  readonly cpuMs: number;
}

/** Null: the mutant shows no more. */
export function shrunk(mutant: string, budget: ShrinkBudget = shrinkBudget): Shrunk | null {
  const violated = violatedRun(mutant);
  if (violated === null) return null;
  const { invariant, program: failing } = violated;
  const before = process.cpuUsage();
  const found = counterexample(simulation(), reference, invariant, failing, {
    build: 'prove',
    budget: { ...budget, noisesAmplify: 1 },
  });
  const { user, system } = process.cpuUsage(before);
  return { mutant, invariant, failing, found, cpuMs: Math.round((user + system) / 1_000) };
}

/** `triesMax`: for the optimum. */
export function rowOf(
  { mutant, invariant, failing, found, cpuMs }: Shrunk,
  triesMax: number,
): ShrunkRow {
  const small = found.record.program;
  const steps = size(small);
  return {
    mutant,
    scenario: failing.scenario,
    invariant: invariant.id,
    before: found.sizeBefore,
    steps,
    tries: found.attempts,
    cpuMs,
    isMinimal: found.minimal !== null,
    optimum: optimumBelow(failing, small, steps, triesMax, (p) => fails(invariant, p)),
    isTold: isTold(found),
  };
}

function isTold({ explanation, record }: Counterexample): boolean {
  const kept = new Set(record.program.clients.flat().map((op) => op.id));
  return explanation.ops.every((op) => kept.has(op));
}

function fails(invariant: Invariant, program: Program): boolean {
  return tryProgram(simulation(), reference, invariant, program).violatedUs !== null;
}

/** Each choice of steps is tried under so many noises. */
const noises = 2;

/**
 * The fewest steps, fewer than `steps`, that fail, of all choices among those of the `failing` program, in
 * the cluster of the `small` one; `steps` if there are none. Null: to know takes more than `triesMax` tries.
 */
export function optimumBelow(
  failing: Program,
  small: Program,
  steps: number,
  triesMax: number,
  isFailing: (p: Program) => boolean,
): number | null {
  const all: readonly (Fault | number)[] = [
    ...failing.faults,
    ...failing.clients.flat().map((op) => op.id),
  ];
  let left = triesMax;
  for (let k = 0; k < steps; k++) {
    for (const chosen of choices(all, k)) {
      const kept = new Set(chosen);
      const program: Program = {
        ...failing,
        faults: failing.faults.filter((f) => kept.has(f)),
        clients: failing.clients.map((ops) => onlyAt(ops, kept)),
      };
      for (let n = 0; n < noises; n++) {
        if (left-- <= 0) return null;
        const noiseSeed = n === 0 ? failing.noiseSeed : small.noiseSeed;
        if (isFailing({ ...program, noiseSeed })) return k;
      }
    }
  }
  return steps;
}

/** Those that are kept, at the times they would have had. */
function onlyAt(ops: Program['clients'][number], kept: ReadonlySet<Fault | number>) {
  let waitedUs = 0;
  return ops.flatMap((op) => {
    waitedUs += op.afterUs;
    if (!kept.has(op.id)) return [];
    const afterUs = waitedUs;
    waitedUs = 0;
    return [{ ...op, afterUs }];
  });
}

export function textOf(r: ShrunkRow): string {
  const minimal = r.isMinimal ? 'minimal' : 'cut short';
  return `${r.mutant}, ${r.scenario}, ${r.invariant}: ${r.before} to ${r.steps} steps, ${minimal}, optimum ${r.optimum ?? '?'}, ${r.tries} tries, ${(r.cpuMs / 1_000).toFixed(1)} CPU s`;
}

/** The figures of all rows in two lines, and whether each is near its optimum where that is known. */
export function sumOf(rows: readonly ShrunkRow[]) {
  const sorted = (of: (r: ShrunkRow) => number): number[] => rows.map(of).sort((a, b) => a - b);
  const [steps, tries] = [sorted((r) => r.steps), sorted((r) => r.tries)];
  const median = (all: readonly number[]): number => all[all.length >> 1] ?? 0;
  const known = rows.filter((r) => r.optimum !== null);
  const near = known.filter((r) => r.steps <= 1.5 * (r.optimum as number));
  return {
    isNear: near.length === known.length,
    text: `${rows.length} mutants, median ${median(steps)} steps, worst ${steps.at(-1)}; median ${median(tries)} tries, worst ${tries.at(-1)}`,
    detail: `${rows.filter((r) => r.isMinimal).length} proved minimal; optimum known of ${known.length}, at most 1.5 times it: ${near.length}`,
  };
}
