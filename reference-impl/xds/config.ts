/** The numbers of the mesh. All are times of a protocol: none is divided. */
import { secondsUs } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface XdsConfig {
  /** Proxies of odd numbers speak the other form: `mixed`. */
  readonly protocol: 'world' | 'delta' | 'mixed';
  /** A control plane looks for news this often, µs. Less: endpoints flip sooner. */
  readonly planUs: number;
  /** What was not confirmed is sent again after this, µs: two round trips and a little. */
  readonly resendUs: number;
  /** A stream that was silent for so long is dead, µs; the proxy opens one to the next control plane. */
  readonly deadUs: number;
  /** An instance that stops serves on for so long, µs: until the last proxy has heard of it. Less than `limits.stopUs`. */
  readonly drainUs: number;
}

const usual: XdsConfig = {
  protocol: 'mixed',
  planUs: 50_000,
  resendUs: 200_000,
  deadUs: secondsUs(3),
  drainUs: 1_200_000,
};

/** Null where the story (`extra.xds`) asks for no mesh. Throws E_CONFIG. */
export function xdsOf(settings: Settings): XdsConfig | null {
  const config = extraOf(settings, 'xds', usual);
  if (config === null || ['world', 'delta', 'mixed'].includes(config.protocol)) return config;
  throw new HarnessError(
    'E_CONFIG',
    `xds.protocol is ${JSON.stringify(config.protocol)}, wanted world, delta or mixed.`,
  );
}
