/**
 * Makes a failing program small: fewer faults, nodes, clients and operations, then simpler ones.
 *
 * A candidate counts only when the *same* invariant fails. Protocol state depends on all that came
 * before, so a smaller plan rarely fails under the same noise. Three things help: noise goes by the
 * clock where the violation shows under such noise too (`Noise.by`), so that leaving a step out leaves
 * the luck of the others alone; what a long run needs luck for is looked for in short stretches of it; and
 * each candidate is tried under several freshly drawn noise seeds. ddmin is Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input" (2002), section 3.
 *
 * The cheap passes come first and make the later ones cheaper: what happened after the violation and
 * operations that never began go for nothing, nodes that no one needs go before single operations.
 * In the end each step is left out alone, under all the noise that can be afforded, until none can go;
 * and as that may have ended in a longer story than another, short ones are tried from the other end.
 *
 * Work is counted in simulated events, so that the result does not depend on the machine.
 */
import type { Program } from '../core/program.ts';
import { Shrinking } from './shrinking.ts';
import type { Attempt, Minimal, ShrinkOptions } from './trials.ts';
import { stepping, toTheEnd } from './turns.ts';
import type { Search } from './turns.ts';

/**
 * What ended it before a fixed point was reached: the budget, or the length of the story, so much of which is needed
 * that nobody would read a shorter one.
 */
export type ShrinkStop = 'budget' | 'length';

export interface Shrunk {
  readonly program: Program;
  readonly attempts: number;
  readonly work: number;
  readonly stopped: ShrinkStop | null;
  /** Null where it was stopped. */
  readonly minimal: Minimal | null;
}

/** Times that a pass goes over faults, nodes and operations; a fixed point comes after two or three. */
const roundsMax = 6;

/** `attempt` runs a program and says whether the invariant in question fails. */
export function shrink(
  failing: Program,
  { attempt, ...options }: ShrinkOptions & { readonly attempt: (program: Program) => Attempt },
): Shrunk {
  return toTheEnd(stepping(shrinking(failing, options), attempt));
}

/** The same, which asks for each run. */
export function* shrinking(failing: Program, options: ShrinkOptions): Search<Attempt, Shrunk> {
  const search = new Shrinking(failing, options);
  yield* search.cutHorizon();
  yield* search.settle(failing);
  yield* search.shorten();
  for (const noise of [1, options.noiseQuick]) {
    search.noise = noise;
    for (let round = 0; round < roundsMax && search.hasBudget && !search.isUnreadable; round++) {
      const before = search.best;
      yield* search.shrinkFaults();
      yield* search.shrinkShape();
      yield* search.shrinkClients();
      yield* search.shrinkOperations();
      yield* search.shrinkArguments();
      if (search.best === before) break;
      if (size(before) > longSteps) yield* search.shorten();
    }
  }
  yield* search.simplify();
  const minimal = search.isUnreadable ? null : yield* thoroughly(search, failing, options);
  return {
    program: search.best,
    attempts: search.attempts,
    work: search.work,
    stopped: stopOf(search),
    minimal,
  };
}

function stopOf({ isUnreadable, hasBudget }: Shrinking): ShrinkStop | null {
  if (isUnreadable) return 'length';
  return hasBudget ? null : 'budget';
}

/** Each step alone, under all the noise that can be afforded; then short stories from the other end. */
function* thoroughly(
  search: Shrinking,
  failing: Program,
  { noiseThorough }: ShrinkOptions,
): Search<Attempt, Minimal | null> {
  search.noise = noiseThorough;
  if (size(search.best) > longSteps) {
    yield* search.shrinkFaults();
    yield* search.shrinkOperations();
  }
  const minimal = yield* search.leaveOutEach();
  const isOther = minimal !== null && (yield* search.growFromFew(failing));
  return isOther ? yield* search.leaveOutEach() : minimal;
}

/** A story with more steps is looked for in shorter stretches, and in larger bites, once more. */
const longSteps = 12;

/** Faults and operations left: what a person has to read. */
export function size(p: Program): number {
  return p.faults.length + p.clients.reduce((n, ops) => n + ops.length, 0);
}
