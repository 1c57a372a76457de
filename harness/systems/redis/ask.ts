/** Questions to a Redis beside any session: is it up, who is it, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { RedisConnection } from './connection.ts';
import type { Reply, RedisError } from './resp.ts';

const probeMs = 2_000;

/** Asks one after the other on a connection of its own. Throws what the first that fails throws. */
export async function askOnce(
  to: Endpoint,
  ...commands: readonly (readonly (string | number)[])[]
): Promise<Exclude<Reply, RedisError>[]> {
  const connection = await RedisConnection.open(to, AbortSignal.timeout(probeMs));
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    const replies: Exclude<Reply, RedisError>[] = [];
    for (const words of commands) replies.push(await connection.ask(...words));
    return replies;
  } finally {
    clearTimeout(late);
    connection.close();
  }
}

/** Throws E_ENDPOINT where no Redis answers that lets us in. */
export async function requireRedis(endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        const [said] = await askOnce(endpoint, ['PING']);
        if (said !== 'PONG') throw new Error(`it said ${JSON.stringify(said)}`);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new HarnessError(
          'E_ENDPOINT',
          `no Redis answers at ${endpoint.url} (${why}), wanted one without a password. Check --endpoint redis://host:6379.`,
          { cause },
        );
      }
    }),
  );
}

/** Removes all keys that begin so; nothing where the prefix is empty. */
export async function removeKeys(endpoint: Endpoint, prefix: string): Promise<void> {
  if (prefix === '') return;
  const [keys] = await askOnce(endpoint, ['KEYS', `${prefix}*`]);
  const found = keys as readonly string[];
  if (found.length > 0) await askOnce(endpoint, ['DEL', ...found]);
}
