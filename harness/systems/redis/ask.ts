/** Questions to a Redis beside any session: is it up, who is it, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { type Door, keyTo, openDoor } from '../door.ts';
import { RedisConnection } from './connection.ts';
import type { Reply, RedisError } from './resp.ts';

const probeMs = 2_000;

/** Asks one after the other on a connection of its own. Throws what the first that fails throws. */
export function askOnce(to: Endpoint, ...commands: readonly Words[]): Promise<Answered[]> {
  return askBehind(openDoor, to, ...commands);
}

type Words = readonly (string | number)[];
type Answered = Exclude<Reply, RedisError>;

/** The same, of one that does not let everybody in. */
async function askBehind(
  door: Door,
  to: Endpoint,
  ...commands: readonly Words[]
): Promise<Answered[]> {
  const connection = await RedisConnection.open(to, AbortSignal.timeout(probeMs), door);
  const late = setTimeout(() => connection.close('no answer in time'), probeMs);
  try {
    const replies: Answered[] = [];
    for (const words of commands) replies.push(await connection.ask(...words));
    return replies;
  } finally {
    clearTimeout(late);
    connection.close();
  }
}

/**
 * Throws E_ENDPOINT where no Redis answers that lets us in. Without a door there are no flags for one:
 * it must let everybody in.
 */
export async function requireRedis(endpoints: readonly Endpoint[], door?: Door): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        const [said] = await askBehind(door ?? openDoor, endpoint, ['PING']);
        if (said !== 'PONG') throw new Error(`it said ${JSON.stringify(said)}`);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const key = door === undefined ? null : keyTo(why);
        const wanted = door === undefined ? 'one without a password' : 'one that lets us in';
        const next =
          door !== undefined && why.includes('it speaks TLS')
            ? 'Pass --endpoint rediss://host:6379, and --cacert FILE where its signer is not known to all'
            : (key ?? 'Check --endpoint redis://host:6379');
        throw new HarnessError(
          'E_ENDPOINT',
          `no Redis answers at ${endpoint.url} (${why}), wanted ${wanted}. ${next}.`,
          { cause },
        );
      }
    }),
  );
}

/** Removes all keys that begin so; nothing where the prefix is empty. */
export async function removeKeys(
  endpoint: Endpoint,
  prefix: string,
  door = openDoor,
): Promise<void> {
  if (prefix === '') return;
  const [keys] = await askBehind(door, endpoint, ['KEYS', `${prefix}*`]);
  const found = keys as readonly string[];
  if (found.length > 0) await askBehind(door, endpoint, ['DEL', ...found]);
}
