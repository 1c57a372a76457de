/** What a simulated world is like when nothing is broken. */
import type { NodeId } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { Prng } from '../core/prng.ts';

/** Both included, whole µs. */
export interface RangeUs {
  readonly lowUs: number;
  readonly highUs: number;
}

export interface WorldModel {
  /** One-way latency of a directed link, drawn for each message: a uniform range, or any function. */
  readonly latency: RangeUs | ((from: NodeId, to: NodeId, draw: Prng) => number);
  /** How long one sync of a node's disk takes; all that was appended before it shares it. */
  readonly sync: RangeUs | ((node: NodeId, draw: Prng) => number);
  /**
   * The first message and record of each kind, and then every so many one, is deep-frozen and handed on
   * as a JSON copy, so that a component which changes what it sent, or sends what JSON cannot carry, is
   * caught. 1 is slow; 0: none.
   */
  readonly strictEvery: number;
  /** A message whose frame is longer is lost, as real connections lose it. */
  readonly frameBytesMax: number;
}

/** One rack: 0.2–1.5 ms one way, and a flash disk that syncs in 0.1–1 ms. */
export const lan: WorldModel = {
  latency: { lowUs: 200, highUs: 1_500 },
  sync: { lowUs: 100, highUs: 1_000 },
  strictEvery: 400,
  frameBytesMax: limits.frameBytesMax,
};
