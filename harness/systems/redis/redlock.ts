/** Redlock: a lock over five Redis that know nothing of each other. */
import { z } from 'zod';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { doorFlags, doorOf } from '../door.ts';
import { removeKeys, requireRedis, wallClockOf } from './ask.ts';
import { grantsAlive } from './grants-alive.ts';
import { launchRedis, redisServer } from './launch.ts';
import { RedlockSession } from './redlock-session.ts';
import { heeding, releases } from './releases.ts';
import { flags, lateWrite, locksDocument } from './settings.ts';

export const redlock = defineSystem({
  name: 'redlock',
  flags: flags.extend({
    validity: z
      .enum(['checked', 'ignored'])
      .default('checked')
      .describe(
        'of a lock: members have a tenth of the TTL to answer, and it is given back where nothing is left of it; or whenever it comes it counts',
      ),
    ...doorFlags,
  }),
  operations: ['acquire', 'release', 'write-fenced', 'read'],
  promises: ['mutual-exclusion', 'fencing', grantsAlive],
  documents: [
    {
      promises: ['mutual-exclusion'],
      says: 'At any moment one client holds a lock, within its validity.',
      source: locksDocument,
      weakenedBy:
        '--persistence none, where members restart within a TTL; clocks of a majority that jump ahead',
    },
    {
      promises: ['grants-alive'],
      says: 'A client counts what getting the lock took: where that is no less than the validity, it has no lock.',
      source: locksDocument,
      weakenedBy: '--validity ignored',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: whoever needs it is told to have the resource look at a token, which Redlock has not.',
      source: locksDocument,
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    lateWrite,
    {
      what: 'Answers come so late that the lock has ended when its client is handed it.',
      flags: { validity: 'ignored' },
      scenario: 'late-grants',
      breaks: 'grants-alive',
      source: locksDocument,
    },
    {
      what: 'The clocks of a majority jump ahead, and the lock is handed out again while its holder counts on it.',
      flags: {},
      on: heeding,
      scenario: 'lock-clock',
      breaks: 'mutual-exclusion',
      elsewhere: 'lock-clock',
      source: 'https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html',
    },
  ],
  launch: (flags) => launchRedis(flags, 5),
  adapter: (asked) => {
    const door = doorOf(asked);
    return {
      connect: (endpoints, _client, settings) => new RedlockSession(endpoints, settings, door),
      ready: (endpoints) => requireRedis(endpoints, door),
      wallClock: (endpoint) => wallClockOf(endpoint, door),
      async tidy(endpoints, settings) {
        await Promise.all(endpoints.map((e) => removeKeys(e, prefixOf(settings), door)));
      },
      severalRequests: ['acquire', 'release'],
    };
  },
  settings: ({ fencing, validity }) => ({ fencing, validity }),
  requires: [redisServer],
  releases,
});
