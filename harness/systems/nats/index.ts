/** NATS JetStream, 2.9 and later: a bucket of keys on three servers, compared and set by revision. */
import { z } from 'zod';
import { defineSystem } from '../define-system.ts';
import { doorFlags, doorOf } from '../door.ts';
import { leaderOf, removeBucket, requireJetStream } from './ask.ts';
import { Bucket, bucketOf } from './bucket.ts';
import { launchNats, natsServer } from './launch.ts';
import { openNatsSession } from './session.ts';

const bucketsDocument = 'https://docs.nats.io/nats-concepts/jetstream/key-value-store';

export const nats = defineSystem({
  name: 'nats',
  flags: z.object({
    reads: z
      .enum(['confirmed', 'leader', 'direct'])
      .default('confirmed')
      .describe(
        'by the leader and a write of the same with its revision, by the leader, by any replica',
      ),
    replicas: z.enum(['1', '3', '5']).default('3').describe('on how many servers the bucket is'),
    user: doorFlags.user,
    passwordFile: doorFlags.passwordFile,
    passwordEnv: doorFlags.passwordEnv,
    cacert: doorFlags.cacert,
    cert: doorFlags.cert,
    key: doorFlags.key,
  }),
  operations: ['read', 'write', 'cas', 'delete', 'publish-config', 'serve-config'],
  promises: ['linearizable', 'definite-failures', 'config-advances', 'config-current'],
  documents: [
    {
      promises: ['linearizable', 'config-advances', 'config-current'],
      says: 'Writes are acknowledged by a majority and compared with a revision as a whole; reads may be of any replica, and of no particular age.',
      source: bucketsDocument,
      weakenedBy: '--reads direct (a replica may lag) or leader (so may one that was replaced)',
    },
  ],
  anomalies: [
    {
      what: 'A read is answered by a replica that has not heard of the latest write.',
      flags: { reads: 'direct' },
      scenario: 'late-followers',
      breaks: 'linearizable',
      source: bucketsDocument,
    },
    {
      what: 'An instance takes its configuration from a replica, and serves a version that was replaced before.',
      flags: { reads: 'direct' },
      scenario: 'config',
      breaks: 'config-current',
      source: bucketsDocument,
    },
    {
      what: 'Two writes that expect the same revision are both accepted: the leader looks before it proposes, and not again.',
      versions: 'seen in 2.9.10, and not in 2.11.4',
      flags: {},
      scenario: 'key-value',
      breaks: 'linearizable',
      source: 'https://github.com/nats-io/nats-server/issues/4320',
    },
    {
      what: 'The write that confirms a read is accepted although a new version was published meanwhile, and takes its place: the leader looks before it proposes, and not again.',
      versions: 'seen in 2.9.10',
      flags: {},
      scenario: 'config',
      breaks: 'config-current',
      source: 'https://github.com/nats-io/nats-server/issues/4320',
    },
  ],
  launch: launchNats,
  adapter: (flags) => {
    // Asked for without settings: that of the run, from its first session on.
    let bucket: Bucket | null = null;
    const door = doorOf(flags);
    return {
      connect(endpoints, client, settings) {
        bucket = new Bucket(bucketOf(settings));
        return openNatsSession(endpoints, client, settings, {
          reads: flags.reads,
          replicas: Number(flags.replicas),
          door,
        });
      },
      ready: (endpoints) => requireJetStream(endpoints, door),
      leader: (endpoints) =>
        bucket === null ? Promise.resolve(null) : leaderOf(endpoints, bucket, door),
      async tidy([first], settings) {
        if (first !== undefined) await removeBucket(first, new Bucket(bucketOf(settings)), door);
      },
      severalRequests: flags.reads === 'confirmed' ? ['read', 'serve-config', 'cas'] : ['cas'],
    };
  },
  settings: ({ reads, replicas }) => ({ reads, replicas }),
  requires: [natsServer],
});
