/** The numbers of an instance that does not ask together with all others. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface PacingConfig {
  /**
   * An instance that starts waits for a time drawn from 0 … spreadUs before it asks the registry for anything, µs. Of
   * n that start together n / spreadUs ask at a time, instead of all. More: a smaller peak, and the last is found
   * later. 0: all ask at once.
   */
  readonly spreadUs: number;
  /**
   * Each try of a request that got no answer is waited for twice as long as the one before, up to this, µs; of
   * that a half is certain and a half drawn ("equal jitter": Brooker, "Exponential backoff and jitter", 2015). 0: all
   * tries are alike, and whoever is late because too much is asked is asked once more.
   */
  readonly pauseUsMax: number;
}

const usual: PacingConfig = { spreadUs: secondsUs(5), pauseUsMax: secondsUs(3) };

/** Null where the story (`extra.pacing`) asks for none: then nobody waits. Throws E_CONFIG. */
export function pacingOf(settings: Settings): PacingConfig | null {
  return extraOf(settings, 'pacing', usual);
}
