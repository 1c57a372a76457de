/**
 * Is a simulated run the same when it is run again? One that is not rests on something besides its seed: a
 * clock, chance or an order of the machine's. Then its verdict is an accident, and nothing is retried.
 */
import type { Run } from '../../core/environment.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { VerdictKind } from '../../core/verdict.ts';

/** The name under which it is unknown. */
export const sameAgain = 'same-again';

/** Of runs that hold, about one in so many is run again: by its seed, so always the same ones. */
const oneIn = 20;

/** What is red or unknown is always worth it. */
export function isRunAgain(seed: number, verdict: VerdictKind): boolean {
  return verdict !== 'holds' || Math.imul(seed, 0x9e3779b1) >>> 0 < 2 ** 32 / oneIn;
}

/** How they differ, in a sentence; null: they do not. */
export function differenceOf(first: Run, second: Run): string | null {
  if (first.traceHash === second.traceHash) return null;
  const [a, b] = [first.history.events, second.history.events];
  const at = a.findIndex((e, i) => JSON.stringify(e) !== JSON.stringify(b[i]));
  const told = (e: HistoryEvent | undefined): string =>
    e === undefined ? 'nothing more' : JSON.stringify(e).slice(0, 200);
  const where =
    at < 0 && a.length === b.length
      ? 'in what nodes did, not in what was recorded of it'
      : `first in event ${Math.max(at, 0) + 1}: ${told(a[at])}, then ${told(b[at])}`;
  return `the same seed gave another run when it was run again, ${where}. Something in it rests on the machine: a clock, chance, or an order`;
}
