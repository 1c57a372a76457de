/** Redlock: a lock over five Redis that know nothing of each other. */
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { doorFlags, doorOf } from '../door.ts';
import { removeKeys, requireRedis } from './ask.ts';
import { launchRedis, redisServer } from './launch.ts';
import { RedlockSession } from './redlock-session.ts';
import { flags, lateWrite, locksDocument } from './settings.ts';

export const redlock = defineSystem({
  name: 'redlock',
  flags: flags.extend(doorFlags),
  operations: ['acquire', 'release', 'write-fenced', 'read'],
  promises: ['mutual-exclusion', 'fencing'],
  documents: [
    {
      promises: ['mutual-exclusion'],
      says: 'At any moment one client holds a lock, within its validity.',
      source: locksDocument,
      weakenedBy: '--persistence none, where members restart within a TTL',
    },
    {
      promises: ['fencing'],
      says: 'Nothing: whoever needs it is told to have the resource look at a token, which Redlock has not.',
      source: locksDocument,
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [lateWrite],
  launch: (flags) => launchRedis(flags, 5),
  adapter: (asked) => {
    const door = doorOf(asked);
    return {
      connect: (endpoints, _client, settings) => new RedlockSession(endpoints, settings, door),
      ready: (endpoints) => requireRedis(endpoints, door),
      async tidy(endpoints, settings) {
        await Promise.all(endpoints.map((e) => removeKeys(e, prefixOf(settings), door)));
      },
      severalRequests: ['acquire', 'release'],
    };
  },
  settings: ({ fencing }) => ({ fencing }),
  requires: [redisServer],
});
