/**
 * Long work as a generator: a search asks for a run of each program that it wants to try, and is told
 * what that showed. So it is the same whether runs are over at once or take their time, and others may
 * work or stop it in between.
 */
import type { Program } from '../core/program.ts';

/** Yields programs to be run, and is given what each run showed. */
export type Search<Tried, Result> = Generator<Program, Result, Tried>;

/** `search` where a run is a plain function; yields after each. */
export function* stepping<Tried, Result>(
  search: Search<Tried, Result>,
  attempt: (program: Program) => Tried,
): Generator<void, Result> {
  let step = search.next();
  while (step.done !== true) {
    const tried = attempt(step.value);
    yield;
    step = search.next(tried);
  }
  return step.value;
}

/** The result of `work`, done at one go. */
export function toTheEnd<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
