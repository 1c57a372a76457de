/** Does every server serve, and let us in? */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { ZkConnection } from './connection.ts';
import { askServer } from './four-letters.ts';
import { getChildren } from './requests.ts';

const probeMs = 3_000;

/** Throws E_ENDPOINT unless all of them do. */
export async function requireServing(
  endpoints: readonly Endpoint[],
  digest: string | undefined,
): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        await askServer(endpoint);
        await readAsUsual(endpoint, digest);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const next = /not allowed|authentication/.test(why)
          ? 'Say who asks: --user NAME with --password-file FILE or --password-env NAME'
          : 'Check --endpoint zk://host:2181';
        throw new HarnessError(
          'E_ENDPOINT',
          `no ZooKeeper serves at ${endpoint.url} (${why}), wanted one that answers "srvr" and lets us in. ${next}.`,
          { cause },
        );
      }
    }),
  );
}

/** As the operations will: what they would be refused is refused here. */
async function readAsUsual(endpoint: Endpoint, digest: string | undefined): Promise<void> {
  const signal = AbortSignal.timeout(probeMs);
  const connection = await ZkConnection.open(endpoint, { timeoutMs: 4_000, digest }, signal);
  signal.addEventListener('abort', () => connection.close('no answer in time'));
  try {
    await connection.ask(getChildren('/'));
  } finally {
    connection.close();
  }
}
