/** The numbers of bulkheads: how much of a caller one dependency may take. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface BulkheadConfig {
  /**
   * Calls of one dependency that are out at a time, 1 or more. By Little's law a dependency needs rate × latency
   * of them when all is well; more: a slow one takes so many of its caller's workers with it. Source: pools
   * of 10 (Hystrix), of 20 to 100 by dependency (R3).
   */
  readonly callsMax: number;
  /**
   * Calls that wait for one of these; past it they are refused at once. Each keeps its caller waiting, so that
   * who has few workers wants 0. Source: 1,000 (R3).
   */
  readonly queueMax: number;
}

const usual: BulkheadConfig = { callsMax: 10, queueMax: 1_000 };

/** Null where the story (`extra.bulkhead`) asks for none: then one dependency may take all. Throws E_CONFIG. */
export function bulkheadOf(settings: Settings): BulkheadConfig | null {
  return extraOf(settings, 'bulkhead', usual);
}
