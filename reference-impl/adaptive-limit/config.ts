/** The numbers of a limit on calls that finds itself. */
import { HarnessError } from '../../harness/core/errors.ts';
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export const limitKinds = ['aimd', 'gradient', 'little'] as const;

export type LimitKind = (typeof limitKinds)[number];

export interface AdaptiveConfig {
  /**
   * By what a limit is moved, once in each window:
   * - `aimd`: one more, and half of it once calls take `slowPermille` of their quiet time (Jacobson 1988).
   * - `gradient`: times quiet time / time now, plus `queueCalls` (Netflix concurrency-limits).
   * - `little`: rate × quiet time: Little's law, L = λW, without the part of W that is queue.
   */
  readonly by: LimitKind;
  /** Where it begins, 1 or more. Less: the quiet time is learned without a queue, and full speed comes later. */
  readonly initial: number;
  /** It never goes beyond. */
  readonly most: number;
  /** A window, µs: some times the latency, so that a change is seen in the next one. More: slower, and less noise. */
  readonly windowUs: number;
  /** Calls that a window wants before it says anything. Less: noise moves the limit. */
  readonly callsMin: number;
  /**
   * `aimd` halves from here on, in thousandths of the quiet time. Its limit goes up and down between half of that
   * and that much of Little's value: at 1,333 it is right on average.
   */
  readonly slowPermille: number;
  /** `gradient`: calls that may wait at the service. None: it idles whenever answers come late; more: all wait longer. */
  readonly queueCalls: number;
  /**
   * `gradient` and `little` take so many thousandths of the quiet time for it. A quiet time that was measured a
   * little too short would be a queue that is never gone, and shrink the limit to nothing: of an error of ε below
   * this is left `queueCalls` / ε. More: a longer queue. About twice the error of the measurement.
   */
  readonly tolerancePermille: number;
  /** So often the quiet time is measured anew, with half of the limit for two windows, µs (BBR's PROBE_RTT). */
  readonly probeUs: number;
}

const usual: AdaptiveConfig = {
  by: 'gradient',
  initial: 8,
  most: 1_000,
  windowUs: secondsUs(1) / 10,
  callsMin: 10,
  slowPermille: 1_333,
  queueCalls: 1,
  tolerancePermille: 1_030,
  probeUs: secondsUs(10),
};

/** Null where the story (`extra.adaptiveLimit`) asks for none. Throws E_CONFIG. */
export function adaptiveOf(settings: Settings): AdaptiveConfig | null {
  const config = extraOf(settings, 'adaptiveLimit', usual);
  if (config === null || (limitKinds.includes(config.by) && config.initial > 0)) return config;
  throw new HarnessError(
    'E_CONFIG',
    `adaptiveLimit is ${JSON.stringify(config)}, wanted by one of ${limitKinds.join(', ')}, initial of 1 or more.`,
  );
}
