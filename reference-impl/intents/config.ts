/** The numbers of callers that say what they need instead of whom they call (D11). */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface IntentConfig {
  /** An answer is wanted within this, µs. Less: more instances do not match, and those that do get more calls. */
  readonly latencyUs: number;
  /**
   * What an instance has shown counts for so long, µs; then it is tried again by one call. Longer: one that is well
   * again stays without calls for longer. Shorter: more calls are lost to those that are not.
   */
  readonly sightUs: number;
  /** Are instances of the own zone wanted, where some match? */
  readonly isNear: boolean;
}

const usual: IntentConfig = { latencyUs: 100_000, sightUs: secondsUs(5), isNear: false };

/** Null where the story (`extra.intents`) has none. Throws E_CONFIG. */
export function intentsOf(settings: Settings): IntentConfig | null {
  return extraOf(settings, 'intents', usual);
}
