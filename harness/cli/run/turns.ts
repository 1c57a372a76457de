/** Long synchronous work, with a turn for signals and output now and then. */

import type { Program } from '../../core/program.ts';
import type { Search } from '../../runner/turns.ts';

/** Between two turns: about what a person does not notice. */
const turnMs = 50;

/**
 * The result of `work`, which yields between simulated runs; null when `signal` came first. Signals
 * are seen within one simulated run and `turnMs`.
 */
export async function inTurns<T>(work: Generator<void, T>, signal: AbortSignal): Promise<T | null> {
  let turnedMs = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - turnedMs > turnMs) {
      await turn();
      turnedMs = performance.now();
    }
    if (signal.aborted) return null;
  }
}

/** The result of a search whose runs may take their time; null when `signal` came first. */
export async function searchInTurns<Tried, Result>(
  search: Search<Tried, Result>,
  attempt: (program: Program) => Tried | Promise<Tried>,
  signal: AbortSignal,
): Promise<Result | null> {
  let turnedMs = performance.now();
  let step = search.next();
  while (step.done !== true) {
    const tried = await attempt(step.value);
    if (performance.now() - turnedMs > turnMs) {
      await turn();
      turnedMs = performance.now();
    }
    if (signal.aborted) return null;
    step = search.next(tried);
  }
  return step.value;
}

/** Lets signals and what was written be seen to. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
