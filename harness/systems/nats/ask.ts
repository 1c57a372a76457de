/** Questions to servers of NATS beside any session: are they up, who leads, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint, Leader } from '../../core/system.ts';
import { type Door, keyTo } from '../door.ts';
import { api, Bucket, JetStreamError, noStream } from './bucket.ts';
import { NatsConnection } from './connection.ts';

const probeMs = 2_000;

/** Throws E_ENDPOINT unless every server lets us in and knows who leads JetStream. */
export async function requireJetStream(endpoints: readonly Endpoint[], door: Door): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        await once(door, endpoint, (by) => api(by, 'STREAM.NAMES'));
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const next = why.includes('Authorization Violation')
          ? 'Say who asks: --password-file FILE or --password-env NAME, and --user NAME where it is no token'
          : (keyTo(why) ?? 'Check --endpoint nats://host:4222');
        throw new HarnessError(
          'E_ENDPOINT',
          `no NATS with JetStream answers at ${endpoint.url} (${why}), wanted one that lets us in. ${next}.`,
          { cause },
        );
      }
    }),
  );
}

/** Who leads the bucket, as the first says that answers for it. */
export async function leaderOf(
  endpoints: readonly Endpoint[],
  bucket: Bucket,
  door: Door,
): Promise<Leader | null> {
  const said = await Promise.all(
    endpoints.map((e) =>
      once(door, e, async (by) => ({ name: by.server, leader: await bucket.leader(by) })).catch(
        () => null,
      ),
    ),
  );
  const leader = said.find((s) => s !== null && s.leader !== null)?.leader;
  // Servers that do not answer are called by the name of their endpoint.
  const node = endpoints.findIndex((e, i) => (said[i]?.name ?? e.name) === leader);
  return node < 0 ? null : { node };
}

/** What is not there need not go. */
export async function removeBucket(endpoint: Endpoint, bucket: Bucket, door: Door): Promise<void> {
  try {
    await once(door, endpoint, (by) => bucket.remove(by));
  } catch (error) {
    if (!(error instanceof JetStreamError) || error.code !== noStream) throw error;
  }
}

async function once<T>(
  door: Door,
  to: Endpoint,
  work: (by: NatsConnection) => Promise<T>,
): Promise<T> {
  const connection = await NatsConnection.open(to, AbortSignal.timeout(probeMs), door);
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    return await work(connection);
  } finally {
    clearTimeout(late);
    connection.close();
  }
}
