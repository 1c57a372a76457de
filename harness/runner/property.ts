/**
 * Properties for mocha: draw programs, run them, and on a violation throw the shortest story.
 *
 * In simulation everything is synchronous: a property needs no promise and none can be forgotten.
 * Elsewhere it returns a promise, and `harness/mocha.ts` fails the run when nobody awaited it.
 */
import fc from 'fast-check';
import type { Environment, Run } from '../core/environment.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { System } from '../core/system.ts';
import { programArbitrary } from './arbitraries.ts';
import type { ProgramChoice } from './arbitraries.ts';
import { counterexample } from './counterexample.ts';
import type { ShrinkBudget, Simulation } from './counterexample.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { beginProperty, endProperty } from './pending.ts';
import { promisesFor } from './run-scenario.ts';

export interface PropertyOptions<R extends Run | Promise<Run>> extends Omit<
  ProgramChoice,
  'name' | 'durationUs'
> {
  readonly environment: Environment<R>;
  readonly system: System;
  /** Ids of promises that the system makes, or invariants of your own. */
  readonly promises: readonly (string | Invariant)[];
  /** Programs to try: 100. */
  readonly runs?: number;
  /** The same seed draws the same programs: 1. */
  readonly seed?: number;
  /** Length of one run: 20 s. */
  readonly durationUs?: number;
  /** Shown in the failure: `property`. */
  readonly name?: string;
  readonly budget?: ShrinkBudget;
}

/** A promise was broken; the message is the story, with its replay token. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

/**
 * Throws `PropertyError` (or rejects with it) when a drawn run violates a promise, or when too few
 * runs proved anything: more than half of them were unknown.
 */
export function property<R extends Run | Promise<Run>>(
  options: PropertyOptions<R>,
): R extends Run ? void : Promise<void> {
  const state = new Trial(options);
  if (options.environment.name === 'simulation') {
    fc.check(
      fc.property(state.programs, (program) => {
        const run = options.environment.run(options.system, program, {
          monitors: state.invariants,
        }) as Run;
        return state.accepts(program, run);
      }),
      state.parameters,
    );
    state.finish();
    return undefined as R extends Run ? void : Promise<void>;
  }
  return later(options, state) as R extends Run ? void : Promise<void>;
}

async function later<R extends Run | Promise<Run>>(
  options: PropertyOptions<R>,
  state: Trial<R>,
): Promise<void> {
  const ticket = beginProperty(options.name ?? 'property');
  try {
    await fc.check(
      fc.asyncProperty(state.programs, async (program) =>
        state.accepts(program, await options.environment.run(options.system, program)),
      ),
      state.parameters,
    );
    state.finish();
  } finally {
    endProperty(ticket);
  }
}

/** What the runs of one property have shown so far. */
class Trial<R extends Run | Promise<Run>> {
  readonly programs: fc.Arbitrary<Program>;
  readonly invariants: readonly Invariant[];
  readonly parameters: fc.Parameters<[Program]>;
  private readonly o: PropertyOptions<R>;
  private failed: { program: Program; judgement: Judgement } | null = null;
  private tried = 0;
  private unknown = 0;
  private lastReason = '';

  constructor(o: PropertyOptions<R>) {
    this.o = o;
    this.programs = programArbitrary({
      ...o,
      name: o.name ?? 'property',
      durationUs: o.durationUs ?? 20_000_000,
    });
    const ids = o.promises.filter((p) => typeof p === 'string');
    const own = o.promises.filter((p) => typeof p !== 'string');
    const found = promisesFor(o.system, ids);
    if (found.notPromised.length > 0) {
      throw new PropertyError(
        `${o.system.name} does not promise ${found.notPromised.join(', ')}, only ${o.system.promises.map((p) => (typeof p === 'string' ? p : p.id)).join(', ')}.`,
      );
    }
    this.invariants = [...found.invariants, ...own];
    this.parameters = { seed: o.seed ?? 1, numRuns: o.runs ?? 100, endOnFailure: true };
  }

  /** False ends the search. */
  accepts(program: Program, run: Run): boolean {
    const judgement = judge(run, program, {
      invariants: this.invariants,
      successesMin: 1,
      isEveryKindFelt: false,
    });
    this.tried += 1;
    if (judgement.verdict === 'unknown') {
      this.unknown += 1;
      this.lastReason = judgement.verdicts.flatMap((v) =>
        v.kind === 'unknown' ? [`${v.invariant}: ${v.reason}`] : [],
      )[0] as string;
    }
    if (judgement.verdict !== 'violated') return true;
    this.failed = { program, judgement };
    return false;
  }

  finish(): void {
    if (this.failed !== null) throw new PropertyError(this.story(this.failed));
    if (this.unknown * 2 > this.tried) {
      throw new PropertyError(
        `${this.unknown} of ${this.tried} runs proved nothing, the last because ${this.lastReason}. Give the clients more operations or the faults more time.`,
      );
    }
  }

  private story(failed: { program: Program; judgement: Judgement }): string {
    const violated = failed.judgement.verdicts.find((v) => v.kind === 'violated');
    const invariant = this.invariants.find((i) => i.id === violated?.invariant);
    if (violated?.kind !== 'violated' || invariant === undefined) return 'violated';
    const head = `${this.o.name ?? 'property'}: ${invariant.id} is violated (run ${this.tried}, seed ${this.o.seed ?? 1})\n  ${invariant.claim}`;
    if (this.o.environment.name !== 'simulation') {
      return [head, ...violated.explanation.sentences.map((s) => `  ${s}`)].join('\n');
    }
    const c = counterexample(
      this.o.environment as Simulation,
      this.o.system,
      invariant,
      failed.program,
      { build: 'property', ...(this.o.budget && { budget: this.o.budget }) },
    );
    return [
      head,
      '',
      ...c.steps.map((s, i) => `  ${String(i + 1).padStart(2)} ${s}`),
      '',
      ...c.explanation.sentences.map((s) => `  ${s}`),
      '',
      `  replay: antlion replay ${c.token}`,
    ].join('\n');
  }
}
