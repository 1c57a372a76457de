/** The numbers of feature flags. */
import { minutesUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface FlagsConfig {
  /**
   * Rules that the leader has not confirmed for this long are used no more: every flag is then what it is when it
   * is off. A policy time, µs. More: flags survive longer outages; less: who killed a flag knows sooner
   * that nobody serves it, whatever has failed. A minute is how long configuration may take (M).
   */
  readonly staleUsMax: number;
  /** The flag that each call to a demo service asks about, for its session; empty: none. */
  readonly checked: string;
}

const usual: FlagsConfig = { staleUsMax: minutesUs(1), checked: '' };

/** Null where the story (`extra.flags`) asks for none. Throws E_CONFIG. */
export function flagsOf(settings: Settings): FlagsConfig | null {
  const config = extraOf(settings, 'flags', usual);
  const { policyDivisor } = settings;
  return config && { ...config, staleUsMax: Math.ceil(config.staleUsMax / policyDivisor) };
}

/** A flag lies in the store under this and its name. */
export const flagPrefix = 'config/flags/';
