/** The numbers of schedulers, and where they keep what they know in the store. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export const machinePrefix = 'machines/';
export const podPrefix = 'pods/';

export interface SchedulingConfig {
  /**
   * Of so many machines with the most room one is taken by chance, 1 or more. More: several schedulers that know the
   * same seldom want the same machine, and machines fill less evenly. 1: all want the emptiest.
   */
  readonly choices: number;
  /**
   * Attempts to place one pod, each on what the last one showed to have changed. Fewer: a pod is given up while
   * there is room; n schedulers that always want the same machine need n of them.
   */
  readonly triesMax: number;
}

const usual: SchedulingConfig = { choices: 3, triesMax: 50 };

/** Null where the story (`extra.scheduling`) asks for none. Throws E_CONFIG. */
export function schedulingOf(settings: Settings): SchedulingConfig | null {
  return extraOf(settings, 'scheduling', usual);
}
