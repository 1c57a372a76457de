/** One Redis, 6 and later: keys, transactions by scripts, locks by SET NX PX. */
import type { AdapterForm } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { type Door, doorFlags, doorOf } from '../door.ts';
import { defineSystem } from '../define-system.ts';
import { letIn } from '../wire.ts';
import { removeKeys, requireRedis, wallClockOf } from './ask.ts';
import { RedisConnection } from './connection.ts';
import { launchRedis, redisServer } from './launch.ts';
import { releases } from './releases.ts';
import { RedisSession } from './session.ts';
import type { Dialled } from './session.ts';
import { clockJumps, flags, lateWrite, locksDocument } from './settings.ts';

export const redis = defineSystem({
  name: 'redis',
  flags: flags.extend(doorFlags),
  operations: [
    ...['read', 'write', 'cas', 'delete', 'write-all', 'txn'],
    ...['acquire', 'release', 'write-fenced'],
    ...['campaign', 'renew-term', 'resign', 'leader'],
    ...['register', 'renew', 'deregister', 'discover'],
    ...['enqueue', 'dequeue'],
    ...['enter-barrier', 'leave-barrier'],
  ],
  promises: [
    ...['linearizable', 'strict-serializable', 'definite-failures'],
    ...['mutual-exclusion', 'lock-freed', 'fencing', 'one-leader', 'leader-told'],
    ...['registered-found', 'ended-not-found', 'job-once', 'job-kept'],
    ...['barrier-together', 'barrier-opens'],
  ],
  documents: [
    {
      promises: [
        ...['linearizable', 'strict-serializable'],
        ...['barrier-together', 'barrier-opens'],
      ],
      says: 'One command, or one script, runs at a time; with appendfsync always it is on the disk before it is answered.',
      source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/',
      weakenedBy:
        '--persistence everysec (a power failure loses a second) or none (a restart loses all)',
    },
    {
      promises: ['mutual-exclusion', 'lock-freed', 'one-leader'],
      says: 'SET with NX and PX is a lock that ends by itself, on one instance that does not fail over.',
      source: locksDocument,
      weakenedBy:
        '--persistence none (a restart forgets who holds); a clock of the server that jumps ahead',
    },
    {
      promises: ['job-once', 'job-kept'],
      says: 'LPOP removes and returns an element of a list, as one command; with appendfsync always that is on the disk before it is answered. Who is not told takes it all the same.',
      source: 'https://redis.io/docs/latest/commands/lpop/',
      weakenedBy:
        '--persistence everysec (a power failure loses a second, and hands out again) or none (a restart loses all)',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: the lock has no token. Here a count is kept beside it, and writes look at that.',
      source: locksDocument,
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    lateWrite,
    {
      what: 'A lock is gone when the server was killed, and whoever held it does not know.',
      flags: { persistence: 'none' },
      scenario: 'lock-restart',
      breaks: 'mutual-exclusion',
      source: locksDocument,
    },
    {
      what: 'Jobs that were acknowledged are gone when the server was killed.',
      flags: { persistence: 'none' },
      scenario: 'jobs-kill',
      breaks: 'job-kept',
      source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/',
    },
    ...clockJumps,
  ],
  launch: (flags) => launchRedis(flags, 1),
  adapter: (asked) => adapterBehind(doorOf(asked)),
  settings: ({ fencing }) => ({ fencing }),
  requires: [redisServer],
  releases,
});

function adapterBehind(door: Door): AdapterForm {
  return {
    connect: ([first], _client, settings) => {
      if (first === undefined) throw new Error('no endpoint');
      const dial = async (signal: AbortSignal): Promise<Dialled> => {
        const connection = await RedisConnection.open(first, signal, door);
        // A proxy takes connections for whoever is down: of what is asked there nobody would know.
        await letIn(connection, signal, async () => void (await connection.ask('PING')));
        return { connection, node: 0 };
      };
      return new RedisSession({ settings, dial, replicas: 0 });
    },
    ready: (endpoints) => requireRedis(endpoints, door),
    leader: () => Promise.resolve({ node: 0 }),
    wallClock: (endpoint) => wallClockOf(endpoint, door),
    async tidy([first], settings) {
      if (first !== undefined) await removeKeys(first, prefixOf(settings), door);
    },
  };
}
