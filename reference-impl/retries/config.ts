/** The numbers of retries: what one more try may cost everybody else. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface RetryConfig {
  /**
   * Attempts of one call, the first included. Where each of d services in a chain makes n of them, the last
   * gets up to nᵈ calls for one: 243 of five that try three times. More: single losses are hidden better.
   * Source: 3, Google SRE book, "Handling overload".
   */
  readonly attemptsMax: number;
  /**
   * One attempt waits this long at most, µs; less when its deadline is nearer. Above the service's p99: less
   * gives up on calls that were about to be answered, and asks for their work once more.
   */
  readonly attemptUs: number;
  /**
   * The pause before attempt n + 1 is drawn from 0 … backoffUs × 2ⁿ⁻¹, µs: "full jitter" (Brooker, "Exponential
   * backoff and jitter", 2015). Less: callers come back sooner, and together.
   */
  readonly backoffUs: number;
  /** The bound of that draw grows no further, µs. */
  readonly backoffUsMax: number;
  /** Is there a budget at all? Without one each layer multiplies. */
  readonly isBudgeted: boolean;
  /**
   * Each call earns so many thousandths of a retry, for all calls of that service: 100 are 10 %, so that a
   * chain of five multiplies by 1.1⁵ = 1.6 at most. More: more single failures are hidden, and more load on
   * whoever fails. Source: 10 %, Google SRE book; 20 %, Finagle and Envoy.
   */
  readonly budgetPermille: number;
  /** Retries that a caller has at its start, and may save at most. For who calls so seldom that it earns nothing. */
  readonly reserve: number;
  /** Does whoever serves give its own calls what is left of its caller's deadline, or a deadline of their own? */
  readonly handsOnDeadlines: boolean;
  /** Kept back for one's own answer when a deadline is handed on, µs: two hops in one zone, and some. */
  readonly reserveUs: number;
  /** Are pauses told with the counts, for a judge? In stories that ask for it. */
  readonly tellsPauses: boolean;
}

const usual: RetryConfig = {
  attemptsMax: 3,
  attemptUs: secondsUs(1) * 0.3,
  backoffUs: secondsUs(1) / 20,
  backoffUsMax: secondsUs(1),
  isBudgeted: true,
  budgetPermille: 100,
  reserve: 10,
  handsOnDeadlines: true,
  reserveUs: secondsUs(1) / 100,
  tellsPauses: false,
};

/** Null where the story (`extra.retries`) asks for none: then each call is one attempt. Throws E_CONFIG. */
export function retriesOf(settings: Settings): RetryConfig | null {
  return extraOf(settings, 'retries', usual);
}
