/** The numbers of registries that are federated: one a zone, zones in regions. */
import { secondsUs } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface FederationConfig {
  /** So many zones of the shape are one region, in their order; the distance of two regions is that of their places in it. */
  readonly zonesPerRegion: number;
  /** Instances renew this often, µs. Less: who is gone is noticed sooner, for more messages. */
  readonly renewUs: number;
  /** A registry that has not answered within this is left for the next of its region, µs. Below `renewUs`. */
  readonly tryUs: number;
  /** Who has not renewed for this long has ended, µs: three renewals. */
  readonly leaseUs: number;
  /** Registries of one region tell each other all that they know this often, µs. */
  readonly lanUs: number;
  /** Each tells one registry of each other region this often, µs. Slower: those links are few, long and paid for. */
  readonly wanUs: number;
  /**
   * What a registry said of itself counts for this long, µs, however often it was passed on. Five tellings: more, and
   * a region that is lost is called for longer; fewer, and lost messages withdraw a healthy one.
   */
  readonly silentUs: number;
  /** An instance whose lease has ended counts against its region for this long, µs. */
  readonly rememberUs: number;
  /** A region of which fewer thousandths of its instances live is withdrawn. */
  readonly healthyPermille: number;
  /** A region that was withdrawn must be healthy for this long before it counts again, µs. Less: one that flaps is tried more often. */
  readonly holdDownUs: number;
}

const usual: FederationConfig = {
  zonesPerRegion: 2,
  renewUs: secondsUs(2),
  tryUs: secondsUs(0.5),
  leaseUs: secondsUs(6),
  lanUs: secondsUs(1),
  wanUs: secondsUs(3),
  silentUs: secondsUs(15),
  rememberUs: secondsUs(60),
  healthyPermille: 500,
  holdDownUs: secondsUs(20),
};

/** Null where the story (`extra.federation`) asks for none. Throws E_CONFIG. */
export function federationOf(settings: Settings): FederationConfig | null {
  const config = extraOf(settings, 'federation', usual);
  if (config === null) return null;
  const isAllAbove0 = Object.values(config).every((n) => n > 0);
  if (isAllAbove0 && config.tryUs < config.renewUs && config.healthyPermille <= 1_000) {
    return config;
  }
  throw new HarnessError(
    'E_CONFIG',
    `federation is ${JSON.stringify(config)}, wanted numbers above 0, tryUs below renewUs and a healthyPermille of 1000 at most. Pass {} for the usual.`,
  );
}
