/** The numbers of the shared rate limit. */
import { secondsUs } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';

export interface LimitConfig {
  /**
   * Admitted in a second by all nodes together, whole, 1 or more; each node earns its share of it, the
   * limit divided by the number of nodes. Source: 1,000 over 100 nodes (R7).
   */
  readonly perSecond: number;
  /**
   * Unused tokens are kept for this long: a node holds `perSecond × burstSeconds / nodes` at most. Twice
   * the limit for 10 s takes 10 s of saving (R7). More: longer bursts, and a longer surge on whatever
   * the limit protects.
   */
  readonly burstSeconds: number;
  /**
   * A node tells others how much it has this often, µs. A protocol time. Less: tokens reach a node that
   * ran dry sooner, for `fanout / gossipUs` messages a node. 100 ms: a share of a second, tenfold.
   */
  readonly gossipUs: number;
  /** Told each time. More: tokens spread in fewer rounds (log n / log (fanout + 1)), for as many messages. */
  readonly fanout: number;
  /** A call that was passed on to a neighbour is refused after this, µs: two round trips in one zone. */
  readonly spillUs: number;
  /** Calls passed on and not answered yet, of one node; past it a call is refused at once. */
  readonly spillMax: number;
}

const usual: LimitConfig = {
  perSecond: 1_000,
  burstSeconds: 10,
  gossipUs: secondsUs(1) / 10,
  fanout: 3,
  spillUs: secondsUs(1) / 20,
  spillMax: 1_000,
};

/** Null where the run's settings (`extra.rateLimit`) ask for no limit. Throws E_CONFIG. */
export function limitOf({ extra }: Settings): LimitConfig | null {
  const { rateLimit } = extra;
  if (rateLimit === undefined || rateLimit === null) return null;
  const limit: LimitConfig = { ...usual, ...(typeof rateLimit === 'object' ? rateLimit : {}) };
  const { perSecond, burstSeconds } = limit;
  if (typeof rateLimit === 'object' && isPositive(perSecond) && isPositive(burstSeconds)) {
    return limit;
  }
  throw new HarnessError(
    'E_CONFIG',
    `rateLimit is ${JSON.stringify(rateLimit)}, wanted whole numbers, 1 or more. Pass { perSecond: 1000, burstSeconds: 10 }.`,
  );
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}
