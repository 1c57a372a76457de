/** What Sentinels say: who is the primary, as each of them knows it. */
import { hostOf } from '../../../core/address.ts';
import { HarnessError } from '../../../core/errors.ts';
import type { Endpoint, Leader } from '../../../core/system.ts';
import type { Door } from '../../door.ts';
import { askOnce, keyToRedis, requireRedis } from '../ask.ts';

const usualPort = '26379';

/** What the Sentinels call a primary and its replicas, and how all of them let one in. */
export interface Group {
  readonly group: string;
  readonly door: Door;
}

/** The Sentinel of a member: on its host, at the port that `?sentinel=` of its address names. */
export function sentinelOf({ name, url, direct = url }: Endpoint): Endpoint {
  const { protocol, hostname, searchParams } = new URL(direct);
  return { name, url: `${protocol}//${hostname}:${searchParams.get('sentinel') ?? usualPort}` };
}

/** Which member has this address. Throws where none has. */
export function memberAt(endpoints: readonly Endpoint[], address: string): number {
  const at = endpoints.findIndex(
    (e) => hostOf({ ...e, url: e.inside ?? e.direct ?? e.url }) === address,
  );
  if (at >= 0) return at;
  throw new Error(`the Sentinel names ${address}, and that is none of the endpoints`);
}

/** `host:port` of the primary, as this Sentinel knows it. Throws where it does not. */
export async function primaryOf({ group, door }: Group, sentinel: Endpoint): Promise<string> {
  const [said] = await askOnce(door, sentinel, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', group]);
  if (Array.isArray(said)) return said.join(':');
  throw new Error(`the Sentinel knows no primary called "${group}"`);
}

/** Whom most Sentinels name; of those that name the same one the latest number of a failover. */
export async function leaderOf(
  endpoints: readonly Endpoint[],
  group: Group,
): Promise<Leader | null> {
  const said = await Promise.all(
    endpoints.map((e) => askPrimary(sentinelOf(e), group).catch(() => null)),
  );
  for (const one of said) {
    const same = said.filter((other) => other !== null && other.address === one?.address);
    if (one === null || same.length <= endpoints.length / 2) continue;
    const term = Math.max(...same.map((s) => s?.failovers ?? 0));
    return { node: memberAt(endpoints, one.address), term };
  }
  return null;
}

/** Throws E_ENDPOINT unless every Redis and every Sentinel answers, and they know each other. */
export async function requireGroup(endpoints: readonly Endpoint[], group: Group): Promise<void> {
  await requireRedis(endpoints, group.door);
  const others = endpoints.length - 1;
  await Promise.all(
    endpoints.map(async (endpoint) => {
      const sentinel = sentinelOf(endpoint);
      try {
        const { address, replicas, sentinels } = await askPrimary(sentinel, group);
        const primary = endpoints[memberAt(endpoints, address)] as Endpoint;
        const [state] = await askOnce(group.door, primary, ['INFO', 'replication']);
        const online = String(state).match(/state=online/g)?.length ?? 0;
        if (Math.min(replicas, sentinels, online) >= others) return;
        throw new Error(
          `it knows ${sentinels} other Sentinels and ${replicas} replicas, of which ${online} follow, of ${others}`,
        );
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new HarnessError(
          'E_ENDPOINT',
          `no Sentinel that is ready answers at ${sentinel.url} (${why}), wanted one that watches all members. ${keyToRedis(why) ?? 'Check --endpoint redis://host:6379?sentinel=26379 and --group NAME'}.`,
          { cause },
        );
      }
    }),
  );
}

interface Primary {
  readonly address: string;
  readonly failovers: number;
  readonly replicas: number;
  readonly sentinels: number;
}

async function askPrimary(sentinel: Endpoint, { group, door }: Group): Promise<Primary> {
  const [said] = await askOnce(door, sentinel, ['SENTINEL', 'MASTER', group]);
  const words = said as readonly string[];
  const field = (name: string): string => words[words.indexOf(name) + 1] ?? '';
  return {
    address: `${field('ip')}:${field('port')}`,
    failovers: Number(field('config-epoch')),
    replicas: Number(field('num-slaves')),
    sentinels: Number(field('num-other-sentinels')),
  };
}
