/** Questions to servers beside any session: are they up, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Settings } from '../../core/program.ts';
import type { Endpoint } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { keyTo } from '../door.ts';
import { ask, RestError, reasonOf, type Target } from '../rest.ts';
import { applicationOf, idsIn } from './instances.ts';

const probeMs = 2_000;

/** Throws E_ENDPOINT unless each tells what it has registered. */
export async function requireEureka(
  endpoints: readonly Endpoint[],
  targets: readonly Target[],
): Promise<void> {
  await Promise.all(
    targets.map(async (to, i) => {
      try {
        await instancesAt(to, '');
      } catch (cause) {
        throw noEndpoint(endpoints[i]?.url ?? '', cause);
      }
    }),
  );
}

/** Instances of this run that were not deregistered, from wherever they are known. Throws what the last one said. */
export async function tidy(targets: readonly Target[], settings: Settings): Promise<void> {
  const begins = applicationOf(prefixOf(settings), '');
  // Without one, everything would be ours.
  if (begins === '') return;
  await Promise.all(
    targets.map(async (to) => {
      for (const path of await instancesAt(to, begins)) {
        const gone = ask(to, { method: 'DELETE', path: `apps/${path}` }, soon());
        // It may have gone by itself, or by its deregistration elsewhere.
        await gone.catch((e: unknown) => {
          if (!(e instanceof RestError && e.isDefinite && !e.isLost)) throw e;
        });
      }
    }),
  );
}

async function instancesAt(to: Target, begins: string): Promise<readonly string[]> {
  const ids = idsIn(await ask(to, { method: 'GET', path: 'apps' }, soon()), begins);
  if (ids === null) throw new RestError('what it answers is not of Eureka', true, false);
  return ids;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(probeMs);
}

function noEndpoint(url: string, error: unknown): HarnessError {
  const why = error instanceof RestError ? error.message : reasonOf(error);
  const next = /^40[13] ?/.test(why)
    ? 'Say who asks: --user NAME with --password-file FILE or --password-env NAME'
    : (keyTo(why) ?? 'Check --endpoint http://host:8761/eureka');
  return new HarnessError(
    'E_ENDPOINT',
    `no Eureka answers at ${url} (${why}), wanted a server that tells its applications as JSON. ${next}.`,
    { cause: error },
  );
}
