/** The numbers of gradual rollouts. */
import { minutesUs, secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface RolloutConfig {
  /**
   * The next tenth of the instances gets the new version after this, policy time, µs. Less: sooner everywhere, and
   * what takes time to show is noticed on more instances. Source: 5 min (C6).
   */
  readonly stepUs: number;
  /** Instances tell how their calls went this often, µs. Protocol time: a regression is noticed so much later. */
  readonly reportUs: number;
  /** Calls of a version before anything is concluded of it. More: fewer false returns, and later ones. */
  readonly callsMin: number;
  /** Planted for the story: of the new version's calls so many fail, per thousand. */
  readonly errorPermille: number;
  /** Planted: each call of the new version takes so much longer, µs. */
  readonly slowUs: number;
  /** Both show from this step on. */
  readonly showsAtStep: number;
  /** And go on to show while it returns: what it has spoilt stays spoilt. */
  readonly stays: boolean;
}

const usual: RolloutConfig = {
  stepUs: minutesUs(5),
  reportUs: secondsUs(1),
  callsMin: 20,
  errorPermille: 0,
  slowUs: 0,
  showsAtStep: 1,
  stays: false,
};

/** Null where the story (`extra.rollout`) asks for none. Throws E_CONFIG. */
export function rolloutOf(settings: Settings): RolloutConfig | null {
  const config = extraOf(settings, 'rollout', usual);
  const { policyDivisor } = settings;
  return config && { ...config, stepUs: Math.ceil(config.stepUs / policyDivisor) };
}

/** The rollout of a service lies in the store under this and its name. */
export const rolloutPrefix = 'config/rollouts/';
