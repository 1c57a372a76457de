/** The numbers of intentions. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface IntentionsConfig {
  /**
   * Intentions that the leader has not confirmed for this long allow nothing, µs. A policy time. More: services go on to
   * serve through longer outages of the store; less: who takes a permission back knows sooner that nobody has it,
   * whatever has failed. Three of an agent's refreshes or more, so that a lost answer denies nobody.
   */
  readonly ttlUs: number;
}

const usual: IntentionsConfig = { ttlUs: secondsUs(15) };

/** Null where the story (`extra.intentions`) asks for none. Throws E_CONFIG. */
export function intentionsOf(settings: Settings): IntentionsConfig | null {
  const config = extraOf(settings, 'intentions', usual);
  return config && { ttlUs: Math.ceil(config.ttlUs / settings.policyDivisor) };
}

/** An intention lies in the store under this, `SOURCE/DESTINATION`: `allow` or `deny`; `*` is any service. */
export const intentionPrefix = 'config/intentions/';
