/** One Redis, 6 and later: keys, transactions by scripts, locks by SET NX PX. */
import { z } from 'zod';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { removeKeys, requireRedis } from './ask.ts';
import { launchRedis, redisServer } from './launch.ts';
import { RedisSession } from './session.ts';

export const redis = defineSystem({
  name: 'redis',
  flags: z.object({
    persistence: z
      .enum(['always', 'everysec', 'none'])
      .default('always')
      .describe('when its log is on the disk'),
    fencing: z
      .enum(['token', 'none'])
      .default('token')
      .describe('of writes that a lock protects: by its token, or not at all'),
  }),
  operations: [
    ...['read', 'write', 'cas', 'delete', 'write-all', 'txn'],
    ...['acquire', 'release', 'write-fenced'],
    ...['campaign', 'renew-term', 'resign', 'leader'],
    ...['register', 'renew', 'deregister', 'discover'],
  ],
  promises: [
    ...['linearizable', 'strict-serializable', 'definite-failures'],
    ...['mutual-exclusion', 'fencing', 'one-leader', 'leader-told'],
    ...['registered-found', 'ended-not-found'],
  ],
  documents: [
    {
      promises: ['linearizable', 'strict-serializable'],
      says: 'One command, or one script, runs at a time; with appendfsync always it is on the disk before it is answered.',
      source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/',
      weakenedBy:
        '--persistence everysec (a power failure loses a second) or none (a restart loses all)',
    },
    {
      promises: ['mutual-exclusion', 'one-leader'],
      says: 'SET with NX and PX is a lock that ends by itself, on one instance that does not fail over.',
      source: 'https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/',
      weakenedBy: '--persistence none (a restart forgets who holds)',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: the lock has no token. Here a count is kept beside it, and writes look at that.',
      source: 'https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/',
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    {
      what: 'The write of a holder that was held up comes after that of the next, and stays.',
      flags: { fencing: 'none' },
      scenario: 'lock',
      breaks: 'fencing',
      source: 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html',
    },
  ],
  launch: (flags) => launchRedis(flags, 1),
  adapter: () => ({
    connect: ([first], _client, settings) => {
      if (first === undefined) throw new Error('no endpoint');
      return new RedisSession(first, settings);
    },
    ready: requireRedis,
    leader: () => Promise.resolve({ node: 0 }),
    async tidy([first], settings) {
      if (first !== undefined) await removeKeys(first, prefixOf(settings));
    },
  }),
  settings: ({ fencing }) => ({ fencing }),
  requires: [redisServer],
});
