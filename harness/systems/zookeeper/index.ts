/** ZooKeeper, 3.5 and later: keys as nodes, and what goes with a session: locks, elections, a registry. */
import { z } from 'zod';
import { prefixOf } from '../described.ts';
import { defineSystem } from '../define-system.ts';
import { type DoorFlags, doorFlags, doorOf } from '../door.ts';
import { leaderOf } from './four-letters.ts';
import { launchZookeeper, usualClasspath } from './launch.ts';
import { renewals } from './leases.ts';
import { pathsOf } from './paths.ts';
import { requireServing } from './ready.ts';
import { openZkSession } from './session.ts';
import { removeTree } from './tidy.ts';

const guide = 'https://zookeeper.apache.org/doc/r3.8.0/zookeeperInternals.html';

export const zookeeper = defineSystem({
  name: 'zookeeper',
  flags: z.object({
    reads: z
      .enum(['quorum', 'sync', 'local'])
      .default('quorum')
      .describe('what comes before a read: a write of one’s own, a sync, nothing'),
    renewals: z
      .enum(renewals)
      .default('committed')
      .describe(
        'of leases: by a new connection and a write, by a connection alone, which its leader confirms, or by a ping',
      ),
    fencing: z
      .enum(['lease', 'none'])
      .default('lease')
      .describe('of writes that a lock protects: while its lease lasts, or always'),
    classpath: z
      .string()
      .default(usualClasspath)
      .describe('where its jars are, for members of our own'),
    user: doorFlags.user,
    passwordFile: doorFlags.passwordFile,
    passwordEnv: doorFlags.passwordEnv,
  }),
  operations: [
    ...['read', 'read-stale', 'write', 'cas'],
    ...['acquire', 'release', 'write-fenced', 'acquire-permit', 'release-permit'],
    ...['campaign', 'renew-term', 'resign', 'leader'],
    ...['register', 'renew', 'deregister', 'discover'],
    ...['enter-barrier', 'leave-barrier', 'publish-config', 'serve-config'],
  ],
  promises: [
    ...['linearizable', 'executed-once', 'definite-failures'],
    ...['mutual-exclusion', 'lock-freed', 'permits-bounded', 'fencing'],
    ...['one-leader', 'leader-told', 'registered-found', 'ended-not-found'],
    ...['barrier-together', 'barrier-opens', 'config-advances', 'config-current'],
  ],
  documents: [
    {
      promises: [
        ...['linearizable', 'leader-told', 'registered-found', 'ended-not-found'],
        ...['barrier-together', 'barrier-opens', 'config-advances', 'config-current'],
      ],
      says: 'Writes are linearizable; a read sees what its server has, and all that its own session wrote before.',
      source: guide,
      weakenedBy: '--reads local (any server may lag) or sync (so may a leader that stood still)',
    },
    {
      promises: ['mutual-exclusion', 'lock-freed', 'permits-bounded', 'one-leader'],
      says: 'An ephemeral node lasts for as long as its session, which ends when its servers have not heard of it for its timeout.',
      source: 'https://zookeeper.apache.org/doc/r3.8.0/zookeeperProgrammers.html#ch_zkSessions',
      weakenedBy:
        '--renewals confirmed (a leader that stood still does, though another leads) or ping (a server answers before its leader knows)',
    },
    {
      promises: ['fencing'],
      says: 'A multi is carried out as a whole, so a write can check that the node of the lease is there.',
      source: 'https://zookeeper.apache.org/doc/r3.8.0/zookeeperProgrammers.html',
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    {
      what: 'A read is answered by a server that has not heard of the latest write.',
      flags: { reads: 'local' },
      scenario: 'late-followers',
      breaks: 'linearizable',
      source: guide,
    },
    {
      what: 'A leader that stood still until another was elected answers what waited for it, sync and read, by what it knew before.',
      flags: { reads: 'sync' },
      scenario: 'waking-leader',
      breaks: 'linearizable',
      source: 'https://zookeeper.apache.org/doc/r3.8.0/zookeeperProgrammers.html#ch_zkGuarantees',
    },
  ],
  launch: ({ classpath }) => launchZookeeper(classpath),
  adapter: (flags) => {
    const digest = digestOf(flags);
    return {
      connect: (endpoints, client, settings) => openZkSession(endpoints, client, settings, digest),
      ready: (endpoints) => requireServing(endpoints, digest),
      leader: leaderOf,
      tidy: (endpoints, settings) =>
        removeTree(endpoints, pathsOf(prefixOf(settings)).root, digest),
      severalRequests: [
        ...['read', 'leader', 'discover', 'write', 'cas', 'write-fenced'],
        ...['enter-barrier', 'leave-barrier', 'publish-config', 'serve-config'],
        ...['acquire', 'acquire-permit', 'campaign', 'register', 'renew', 'renew-term'],
      ],
    };
  },
  settings: ({ reads, renewals: how, fencing }) => ({ reads, renewals: how, fencing }),
  requires: [
    {
      program: 'java',
      args: ['-cp', usualClasspath, 'org.apache.zookeeper.version.VersionInfoMain'],
      otherwise:
        'antlion verify zookeeper starts its own with it: apt-get install zookeeper default-jre-headless',
    },
  ],
});

/** What the scheme "digest" wants of whoever asks; undefined: nobody says who it is. */
function digestOf(flags: DoorFlags): string | undefined {
  const { user, password } = doorOf(flags);
  return password === null ? undefined : `${user ?? ''}:${password}`;
}
