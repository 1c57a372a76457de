/**
 * Properties for mocha: draw programs, run them, and on a violation throw the shortest story.
 *
 * In simulation everything is synchronous: a property needs no promise and none can be forgotten.
 * Elsewhere it returns a promise, and `harness/mocha.ts` fails the run when nobody awaited it.
 */
import { HarnessError } from '../core/errors.ts';
import type { Run } from '../core/environment.ts';
import { requireSound } from './property-options.ts';
import type { PropertyOptions } from './property-options.ts';
import { Trial } from './property-trial.ts';
import { beginProperty, endProperty } from './unawaited.ts';

/**
 * Draws `runs` programs, runs each and judges it by every promise.
 *
 * Throws `PropertyError` (or rejects with it) when a run violates a promise, when a run or a judge
 * throws, when too few runs proved anything (more than half of them were unknown), or when something
 * of `sometimes` was never reached although it could have been. Throws `HarnessError` for options
 * that make no sense, and for an environment that cannot run.
 */
export function property<R extends Run | Promise<Run>>(
  options: PropertyOptions<R>,
): R extends Run ? void : Promise<void> {
  requireSound(options);
  const trial = new Trial(options);
  if (!options.environment.isSynchronous) {
    return inTime(trial, options.name ?? 'property') as R extends Run ? void : Promise<void>;
  }
  for (const attempt of trial.attempts()) {
    try {
      trial.add(attempt, atOnce(trial.run(attempt)));
    } catch (error) {
      throw trial.thrown(attempt, error);
    }
  }
  const search = trial.finishing();
  let step = search.next();
  while (step.done !== true) {
    step = search.next(trial.shown(step.value, atOnce(trial.again(step.value))));
  }
  return undefined as R extends Run ? void : Promise<void>;
}

/** Throws E_CONFIG for a promise: the environment said that there would be none. */
function atOnce(run: Run | Promise<Run>): Run {
  if (!(run instanceof Promise)) return run;
  throw new HarnessError(
    'E_CONFIG',
    'the environment says that it is synchronous and gave a promise, wanted a run. Set its isSynchronous to false.',
  );
}

async function inTime<R extends Run | Promise<Run>>(trial: Trial<R>, name: string): Promise<void> {
  const ticket = beginProperty(name);
  try {
    for (const attempt of trial.attempts()) {
      try {
        trial.add(attempt, await trial.run(attempt));
      } catch (error) {
        throw trial.thrown(attempt, error);
      }
    }
    const search = trial.finishing();
    let step = search.next();
    while (step.done !== true) {
      step = search.next(trial.shown(step.value, await trial.again(step.value)));
    }
  } finally {
    endProperty(ticket);
  }
}
