/** The numbers of a ring whose members hand requests on. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface ForwardingRingConfig {
  /** Points of each member on the ring, 1 or more. More: shares are more even (by 1/√v), and a change costs more to take in. Source: 100. */
  readonly virtualNodes: number;
  /**
   * A request is handed on so often at most before it is sent back to be looked up anew. While views agree 1 is
   * enough. More: fewer wait while views differ; less: a request that goes round in circles costs less.
   */
  readonly hopsMax: number;
  /** So often it is looked up anew. Source: 3, as long as the retry schedule of Ringpop's request proxy. */
  readonly retriesMax: number;
  /** A pause before each, µs. Long enough for gossip to get round: a few probe intervals. Source: 0, 1 and 3.5 s. */
  readonly retryUs: number;
  /** Who was handed a request and has not answered within this is given up, µs. Longer than two hops and the work. */
  readonly answerUs: number;
  /**
   * A member that has heard of no other for so long takes itself for the whole ring, µs; before that it refuses
   * requests: it would own every key. More: less harm by a slow start; less: a ring of one is ready sooner.
   */
  readonly aloneUs: number;
  /** Who leaves goes on handing on for so long, µs: until others have heard of it. */
  readonly leaveUs: number;
}

const usual: ForwardingRingConfig = {
  virtualNodes: 100,
  hopsMax: 2,
  retriesMax: 3,
  retryUs: secondsUs(1),
  answerUs: secondsUs(0.5),
  aloneUs: secondsUs(5),
  leaveUs: secondsUs(2),
};

/** Null where the story (`extra.forwardingRing`) asks for none. Throws E_CONFIG. */
export function forwardingRingOf(settings: Settings): ForwardingRingConfig | null {
  return extraOf(settings, 'forwardingRing', usual);
}
