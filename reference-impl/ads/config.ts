/** Where control planes listen. */
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

/** The port of the first server's control plane; the next ones have those after it. Null: there are none. Throws E_CONFIG. */
export function adsPortOf(settings: Settings): number | null {
  const asked = extraOf(settings, 'ads', { port: 0 });
  if (asked === null || (asked.port > 0 && asked.port <= 65_000)) return asked?.port ?? null;
  throw new HarnessError('E_CONFIG', `ads.port is ${asked.port}, wanted 1 to 65000.`);
}
