/** Are config servers up, and is it said where their configuration is? */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { keyTo } from '../door.ts';
import { ask, RestError, reasonOf } from '../rest.ts';
import { folderOf } from './folder.ts';
import { type Servers, sourcesIn } from './session.ts';

const probeMs = 3_000;

/** Throws E_ENDPOINT unless each tells a configuration, and names its folder. */
export async function requireConfigServers({ endpoints, targets }: Servers): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint, i) => {
      const to = targets[i];
      if (to === undefined) return;
      try {
        const path = 'antlion/default';
        const sources = sourcesIn(
          await ask(to, { method: 'GET', path }, AbortSignal.timeout(probeMs)),
        );
        if (sources === null) {
          throw new RestError('what it answers is no configuration', true, false);
        }
      } catch (cause) {
        throw noEndpoint(endpoint, cause);
      }
      requireFolder(endpoint);
    }),
  );
}

function requireFolder(endpoint: Endpoint): void {
  if (folderOf(endpoint) !== null) return;
  throw new HarnessError(
    'E_ENDPOINT',
    `the config server at ${endpoint.url} is told of without its folder, wanted where versions are published. Pass --endpoint 'http://host:8888?folder=/path'.`,
  );
}

function noEndpoint({ url }: Endpoint, error: unknown): HarnessError {
  const why = error instanceof RestError ? error.message : reasonOf(error);
  const next = /^40[13] ?/.test(why)
    ? 'Say who asks: --user NAME with --password-file FILE or --password-env NAME'
    : (keyTo(why) ?? "Check --endpoint 'http://host:8888?folder=/path'");
  return new HarnessError(
    'E_ENDPOINT',
    `no config server answers at ${url} (${why}), wanted one that tells configuration as JSON. ${next}.`,
    { cause: error },
  );
}
