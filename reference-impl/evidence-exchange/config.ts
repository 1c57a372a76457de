/** The numbers of evidence that is passed on. */
import { secondsUs } from '../../harness/core/duration.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface ExchangeConfig {
  /** So many zones of the shape are one region, in their order. */
  readonly zonesPerRegion: number;
  /** Evidence ends so long after it was issued, µs, wherever it is. Longer: fewer messages, and what is wrong is used for longer. */
  readonly lifetimeUs: number;
  /** Who claims something goes on issuing it this often, µs: a third of its life. */
  readonly renewUs: number;
  /** Each node tells others all that it holds this often, µs. */
  readonly tellUs: number;
  /** So many others each time. More: quicker, for as many messages. */
  readonly fanout: number;
}

const usual: ExchangeConfig = {
  zonesPerRegion: 2,
  lifetimeUs: secondsUs(15),
  renewUs: secondsUs(5),
  tellUs: secondsUs(0.5),
  fanout: 3,
};

/** Null where the story (`extra.evidenceExchange`) asks for none. Throws E_CONFIG. */
export function exchangeOf(settings: Settings): ExchangeConfig | null {
  const config = extraOf(settings, 'evidenceExchange', usual);
  if (config === null) return null;
  if (Object.values(config).every((n) => n > 0) && config.renewUs < config.lifetimeUs) {
    return config;
  }
  throw new HarnessError(
    'E_CONFIG',
    `evidenceExchange is ${JSON.stringify(config)}, wanted numbers above 0 and renewUs below lifetimeUs. Pass {} for the usual.`,
  );
}
