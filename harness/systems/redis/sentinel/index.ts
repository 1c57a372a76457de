/** Redis under Sentinel: a primary whose replicas follow late, and who takes its place when it is gone. */
import { z } from 'zod';
import { prefixOf } from '../../described.ts';
import { defineSystem } from '../../define-system.ts';
import { doorFlags, doorOf } from '../../door.ts';
import type { Endpoint } from '../../../core/system.ts';
import { removeKeys } from '../ask.ts';
import { RedisConnection } from '../connection.ts';
import { redisServer } from '../launch.ts';
import { RedisSession } from '../session.ts';
import type { Dialled } from '../session.ts';
import { flags } from '../settings.ts';
import { launchSentinel, usualGroup } from './launch.ts';
import { leaderOf, memberAt, primaryOf, requireGroup, sentinelOf } from './sentinels.ts';
import type { Group } from './sentinels.ts';

const sentinelDocument = 'https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/';
const waitDocument = 'https://redis.io/docs/latest/commands/wait/';

/** Of so many members, beside the primary. */
const replicasOf = {
  all: (members: number): number => members - 1,
  majority: (members: number): number => Math.floor(members / 2),
  none: (): number => 0,
};

export const sentinel = defineSystem({
  name: 'sentinel',
  flags: z.object({
    persistence: flags.shape.persistence,
    confirm: z
      .enum(['all', 'majority', 'none'])
      .default('all')
      .describe('of each answer: which replicas have what it rests on, asked by WAIT'),
    minReplicas: z
      .enum(['0', '1', '2'])
      .default('0')
      .describe('min-replicas-to-write of members of our own, with a lag of 1 s at most'),
    group: z.string().default(usualGroup).describe('what its Sentinels call the primary'),
    ...doorFlags,
  }),
  operations: ['read', 'write', 'cas', 'delete', 'write-all', 'txn'],
  promises: ['linearizable', 'strict-serializable', 'definite-failures'],
  documents: [
    {
      promises: ['linearizable', 'strict-serializable'],
      says: 'Nothing: replication is asynchronous, so acknowledged writes may be lost in a failover. WAIT asks who has a write; here no answer counts until all replicas have what it rests on, of reads as well.',
      source: sentinelDocument,
      weakenedBy:
        '--confirm majority or none; --persistence none, where a primary restarts before it is replaced',
    },
  ],
  anomalies: [
    {
      what: 'A primary that stood still while it was replaced goes on when it wakes up: what it acknowledges then is lost, and what it reads is old. --min-replicas 1 or 2 does not mend it.',
      flags: { confirm: 'none' },
      scenario: 'leader-pause',
      breaks: 'linearizable',
      source: sentinelDocument,
    },
    {
      what: 'The same, though a majority confirms each answer: one replica still follows the old primary when the other is promoted.',
      flags: { confirm: 'majority' },
      scenario: 'leader-pause',
      breaks: 'linearizable',
      source: waitDocument,
    },
  ],
  launch: launchSentinel,
  adapter: ({ group: name, confirm, ...asked }) => {
    const group = { group: name, door: doorOf(asked) };
    return {
      connect: (endpoints, client, settings) => {
        let at = client % endpoints.length;
        return new RedisSession({
          settings,
          replicas: replicasOf[confirm](endpoints.length),
          dial: (signal) => dialPrimary(endpoints, endpoints[at] as Endpoint, group, signal),
          onLost: () => void (at = (at + 1) % endpoints.length),
        });
      },
      ready: (endpoints) => requireGroup(endpoints, group),
      leader: (endpoints) => leaderOf(endpoints, group),
      async tidy(endpoints, settings) {
        const leader = await leaderOf(endpoints, group);
        const primary = endpoints[leader?.node ?? -1];
        if (primary === undefined) throw new Error('no primary');
        await removeKeys(primary, prefixOf(settings), group.door);
      },
      // With the question whether replicas have it.
      severalRequests: ['read', 'write', 'cas', 'delete', 'write-all', 'txn'],
    };
  },
  settings: ({ persistence, confirm, minReplicas, group }) => {
    return { persistence, confirm, minReplicas, group };
  },
  requires: [redisServer],
});

/**
 * As clients of Sentinel are told to: ask one, then ask the Redis that it names whether it is the primary.
 * https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
async function dialPrimary(
  endpoints: readonly Endpoint[],
  asked: Endpoint,
  group: Group,
  signal: AbortSignal,
): Promise<Dialled> {
  const node = memberAt(endpoints, await primaryOf(group, sentinelOf(asked)));
  const connection = await RedisConnection.open(endpoints[node] as Endpoint, signal, group.door);
  const [role] = (await connection.ask('ROLE')) as readonly string[];
  if (role === 'master') return { connection, node };
  connection.close();
  throw new Error(`${asked.name} names a primary that says it is a ${role}`);
}
