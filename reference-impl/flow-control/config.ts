/** The numbers of streams whose consumers grant credits. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface FlowControlConfig {
  /**
   * Credits of a stream, 1 or more: so many items may be sent that are not worked off. Enough where it is what is
   * worked off in the time of a round trip, and `batch` more. More: memory, and items that wait in front of a slow
   * consumer. Source: 128 in RxJava; 65,535 bytes in HTTP/2 (RFC 9113, 6.9.2).
   */
  readonly window: number;
  /**
   * Credits are given back when so many are free, or all. Less: more messages; more than half of the window: the
   * producer runs dry meanwhile. Source: half, as most of HTTP/2 do.
   */
  readonly batch: number;
  /** A producer needs so long for an item, µs. */
  readonly itemUs: number;
  /** A consumer works on an item for so long, µs. Longer than `itemUs`, or nothing has to be held back. */
  readonly workUs: number;
  /**
   * A consumer whose credits are out, and to whom nothing came for so long, asks again for what it lacks, µs. Longer
   * than a round trip and `itemUs`. Less: a lost message costs less time, and a slow link more items sent twice.
   */
  readonly repeatUs: number;
  /** False: producers do not wait for credits. */
  readonly isBounded: boolean;
}

const usual: FlowControlConfig = {
  window: 16,
  batch: 8,
  itemUs: 2_000,
  workUs: 20_000,
  repeatUs: 200_000,
  isBounded: true,
};

/** Null where the story (`extra.flowControl`) asks for none. Throws E_CONFIG. */
export function flowControlOf(settings: Settings): FlowControlConfig | null {
  return extraOf(settings, 'flowControl', usual);
}
