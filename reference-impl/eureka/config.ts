/** The numbers of the registry of peers. */
import { secondsUs } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface EurekaConfig {
  /** Instances renew their lease this often, µs. Less: who is gone is noticed sooner, for more messages. Source: 30 s (D6). */
  readonly renewUs: number;
  /** Who has not renewed for this long may be evicted, µs: three renewals. Source: 90 s. */
  readonly leaseUs: number;
  /** Between two turns of eviction, µs. Less: ghosts go sooner. Source: 60 s. */
  readonly evictUs: number;
  /** Renewals are counted over this, µs: two of each instance. Longer: slower to preserve and to recover. Source: 60 s. */
  readonly windowUs: number;
  /**
   * A peer that gets fewer thousandths of the renewals it expects takes that for a fault of the network and evicts
   * nobody. More: stale entries kept more often; fewer: live ones thrown out more often. Source: 850 (D6).
   */
  readonly sharePermille: number;
}

const usual: EurekaConfig = {
  renewUs: secondsUs(30),
  leaseUs: secondsUs(90),
  evictUs: secondsUs(60),
  windowUs: secondsUs(60),
  sharePermille: 850,
};

/** Null where the story (`extra.eureka`) asks for none. Throws E_CONFIG. */
export function eurekaOf(settings: Settings): EurekaConfig | null {
  const config = extraOf(settings, 'eureka', usual);
  if (config === null) return null;
  const { sharePermille, ...times } = config;
  if (sharePermille <= 1_000 && Object.values(times).every((us) => us > 0)) return config;
  throw new HarnessError(
    'E_CONFIG',
    `eureka is ${JSON.stringify(config)}, wanted times above 0 and a sharePermille of 1000 at most. Pass {} for the usual.`,
  );
}
