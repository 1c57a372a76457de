/** Questions to a Redis beside any session: is it up, who is it, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { type Door, keyTo } from '../door.ts';
import { RedisConnection } from './connection.ts';
import type { Reply, RedisError } from './resp.ts';

const probeMs = 2_000;

type Words = readonly (string | number)[];
type Answered = Exclude<Reply, RedisError>;

/** Asks one after the other on a connection of its own. Throws what the first that fails throws. */
export async function askOnce(
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

/** Throws E_ENDPOINT where no Redis answers that lets us in. */
export async function requireRedis(endpoints: readonly Endpoint[], door: Door): Promise<void> {
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        const [said] = await askOnce(door, endpoint, ['PING']);
        if (said !== 'PONG') throw new Error(`it said ${JSON.stringify(said)}`);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new HarnessError(
          'E_ENDPOINT',
          `no Redis answers at ${endpoint.url} (${why}), wanted one that lets us in. ${keyToRedis(why) ?? 'Check --endpoint redis://host:6379'}.`,
          { cause },
        );
      }
    }),
  );
}

/** What to do about a door that stays shut; null: it is not about doors. */
export function keyToRedis(why: string): string | null {
  return why.includes('it speaks TLS')
    ? 'Pass --endpoint rediss://host:6379, and --cacert FILE where its signer is not known to all'
    : keyTo(why);
}

/** What a server takes for the time, µs since 1970. */
export async function wallClockOf(endpoint: Endpoint, door: Door): Promise<number> {
  const [said] = await askOnce(door, endpoint, ['TIME']);
  const [seconds, us] = said as readonly string[];
  return Number(seconds) * 1_000_000 + Number(us);
}

/** Removes all keys that begin so; nothing where the prefix is empty. */
export async function removeKeys(endpoint: Endpoint, prefix: string, door: Door): Promise<void> {
  if (prefix === '') return;
  const [keys] = await askOnce(door, endpoint, ['KEYS', `${prefix}*`]);
  const found = keys as readonly string[];
  if (found.length > 0) await askOnce(door, endpoint, ['DEL', ...found]);
}
