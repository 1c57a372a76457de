/** Writers of the stories of watches: some change what is watched, others make the log long. */
import { kvOperations, sideBySide } from '../harness/index.ts';
import type { Operation, Prng } from '../harness/index.ts';

export const watchedPrefix = 'watched/';
/** Clients of `watchedAndFlood`. */
export const writers = 12;

/** `pauseUs` between changes of what is watched; `floods` other writes. */
export function watchedAndFlood(
  draw: Prng,
  { pauseUs, floods }: { readonly pauseUs: number; readonly floods: number },
): Operation[][] {
  return sideBySide(
    kvOperations(draw.fork('watched'), {
      clients: 4,
      count: 200,
      pauseUs,
      keys: 4,
      prefix: watchedPrefix,
      mix: { write: 3, delete: 1 },
    }),
    kvOperations(draw.fork('flood'), {
      clients: 8,
      count: floods,
      pauseUs: 40_000,
      keys: 40,
      prefix: 'flood/',
      mix: { write: 1 },
    }),
  );
}
