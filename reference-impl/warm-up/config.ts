/** The numbers of callers that spare an instance which has just come. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface WarmUpConfig {
  /**
   * From when a caller first lists an instance until it sends it an even share, µs: as long as caches fill and code
   * is compiled. Longer: those who are warm carry the rest meanwhile. Source: slow start of Envoy, 60 s in its examples.
   */
  readonly warmUpUs: number;
  /**
   * Of an even share, per thousand, that it gets at first; the share grows evenly from there on. More: cold
   * instances answer late; less: they stay cold. Source: Envoy, `min_weight_percent` 10.
   */
  readonly firstPermille: number;
}

const usual: WarmUpConfig = { warmUpUs: secondsUs(5), firstPermille: 100 };

/** Null where the story (`extra.warmUp`) asks for none: then whoever comes gets its share at once. Throws E_CONFIG. */
export function warmUpOf(settings: Settings): WarmUpConfig | null {
  return extraOf(settings, 'warmUp', usual);
}
