/** The numbers of callers that eject outliers (Envoy's outlier detection: consecutive failures, maximum share). */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface OutlierConfig {
  /** Failures in a row that make an instance an outlier. Less: sooner, and by chance as well. Source: Envoy, 5. */
  readonly failures: number;
  /**
   * An instance is out for this, times how often it was ejected, µs. Longer: fewer calls try whether it is well again,
   * and it is missed for longer once it is. Source: Envoy, 30 s.
   */
  readonly baseUs: number;
  /** At most so many times `baseUs`. */
  readonly timesMax: number;
  /** Of the instances of a service so many thousandths may be out. Source: half. */
  readonly maxPermille: number;
}

const usual: OutlierConfig = {
  failures: 5,
  baseUs: secondsUs(10),
  timesMax: 3,
  maxPermille: 500,
};

/** Null where the story (`extra.outliers`) asks for none. Throws E_CONFIG. */
export function outliersOf(settings: Settings): OutlierConfig | null {
  return extraOf(settings, 'outliers', usual);
}
