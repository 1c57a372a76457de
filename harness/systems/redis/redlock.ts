/** Redlock: a lock over five Redis that know nothing of each other. */
import { z } from 'zod';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { removeKeys, requireRedis } from './ask.ts';
import { launchRedis, redisServer } from './launch.ts';
import { RedlockSession } from './redlock-session.ts';

const source = 'https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/';

export const redlock = defineSystem({
  name: 'redlock',
  flags: z.object({
    persistence: z
      .enum(['always', 'everysec', 'none'])
      .default('always')
      .describe('when the log of a member is on its disk'),
    fencing: z
      .enum(['token', 'none'])
      .default('token')
      .describe('does the resource look at the number of the grant'),
  }),
  operations: ['acquire', 'release', 'write-fenced', 'read'],
  promises: ['mutual-exclusion', 'fencing'],
  documents: [
    {
      promises: ['mutual-exclusion'],
      says: 'At any moment one client holds a lock, within its validity.',
      source,
      weakenedBy: '--persistence none, where members restart within a TTL',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: whoever needs it is told to have the resource look at a token, which Redlock has not.',
      source,
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
  launch: (flags) => launchRedis(flags, 5),
  adapter: () => ({
    connect: (endpoints, _client, settings) => new RedlockSession(endpoints, settings),
    ready: requireRedis,
    async tidy(endpoints, settings) {
      await Promise.all(endpoints.map((e) => removeKeys(e, prefixOf(settings))));
    },
    severalRequests: ['acquire', 'release'],
  }),
  settings: ({ fencing }) => ({ fencing }),
  requires: [redisServer],
});
