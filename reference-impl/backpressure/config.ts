/** The numbers of a caller that heeds what instances say of their load. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface PressureConfig {
  /**
   * Who said SLOW_DOWN is passed over for so long where another can be asked, µs. Longer: its queue has more time
   * to get shorter, and the others get more than their share meanwhile.
   */
  readonly slowForUs: number;
}

const usual: PressureConfig = { slowForUs: secondsUs(1) / 10 };

/** Null where the story (`extra.backpressure`) asks for none: then callers do as they like. Throws E_CONFIG. */
export function pressureOf(settings: Settings): PressureConfig | null {
  return extraOf(settings, 'backpressure', usual);
}
