/** Consul, 1.21 and later: keys in three modes of reading, sessions, and a registry by keys or by its agents. */
import { z } from 'zod';
import { lockFreed } from '../../invariants/lock-freed.ts';
import { endedNotFound } from '../../invariants/registrations.ts';
import { defineSystem } from '../define-system.ts';
import { type Door, doorFlags, doorOf } from '../door.ts';
import { leaderOf, requireConsul, tidy } from './ask.ts';
import { targetsOf, type Way, withTargets } from '../rest.ts';
import { consulServer, launchConsul } from './launch.ts';
import { twoRequests } from './leases.ts';
import { releases } from './releases.ts';
import { openConsulSession } from './session.ts';

const modes = 'https://developer.hashicorp.com/consul/api-docs/features/consistency';
const sessions = 'https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions';
const antiEntropy = 'https://developer.hashicorp.com/consul/docs/architecture/anti-entropy';

/** How late a session ends after its TTL. */
const expiryUsMax = 4_000_000;

export const consul = defineSystem({
  name: 'consul',
  flags: z.object({
    reads: z
      .enum(['consistent', 'default', 'stale'])
      .default('consistent')
      .describe('confirmed by a majority, by the leader alone, or by any server'),
    checks: z
      .enum(['none', 'serf'])
      .default('none')
      .describe('a session ends by its TTL alone, or with the agent that made it as well'),
    lockDelay: z
      .number()
      .int()
      .min(0)
      .max(60)
      .default(0)
      .describe('for how long a lock stays closed when its session was ended, seconds'),
    fencing: z
      .enum(['session', 'none'])
      .default('session')
      .describe('of writes that a lock protects: by its session, or not at all'),
    registry: z
      .enum(['keys', 'agent'])
      .default('keys')
      .describe('instances are keys that go with a session, or services of an agent'),
    passwordFile: z.string().optional().describe('a file with an ACL token'),
    passwordEnv: z.string().optional().describe('an environment variable with an ACL token'),
    cacert: doorFlags.cacert,
    cert: doorFlags.cert,
    key: doorFlags.key,
  }),
  operations: [
    ...['read', 'read-stale', 'write', 'cas', 'delete', 'txn'],
    ...['acquire', 'release', 'write-fenced'],
    ...['campaign', 'renew-term', 'resign', 'leader'],
    ...['register', 'renew', 'deregister', 'discover'],
    ...['publish-config', 'serve-config'],
  ],
  promises: [
    ...['linearizable', 'strict-serializable', 'definite-failures'],
    ...['mutual-exclusion', 'fencing', 'one-leader', 'leader-told', 'registered-found'],
    ...['config-advances', 'config-current'],
    // A session may last for twice its TTL, and here that is two seconds.
    endedNotFound({ staleUs: 0, expiryUs: expiryUsMax }),
    lockFreed({ expiryUs: expiryUsMax }),
  ],
  documents: [
    {
      promises: [
        ...['linearizable', 'leader-told', 'registered-found'],
        ...['config-advances', 'config-current'],
      ],
      says: 'Writes go through the log of the leader; a read that asks to be consistent is confirmed by a majority.',
      source: modes,
      weakenedBy:
        '--reads default (a leader that was replaced may answer) or stale (any server may, however old)',
    },
    {
      promises: ['strict-serializable'],
      says: 'The steps of a transaction happen together or not at all, in one entry of the log.',
      source: 'https://developer.hashicorp.com/consul/api-docs/txn',
    },
    {
      promises: ['mutual-exclusion', 'lock-freed', 'one-leader', 'ended-not-found'],
      says: 'A session is ended when it was not renewed for its TTL, never before, and within twice the TTL as a rule; what it held is let go or removed then.',
      source: sessions,
      weakenedBy:
        '--checks serf with --lock-delay 0 (a session ends with the agent that made it, whatever its holder knows); of lock-freed, a --lock-delay that is longer than a lease',
    },
    {
      promises: ['fencing'],
      says: 'Key, lock index and session are a sequencer: a write can check that the session holds the lock.',
      source: sessions,
      weakenedBy: '--fencing none',
    },
    {
      promises: ['registered-found'],
      says: 'An agent knows its own services; the catalog of the servers is brought in line with it by and by.',
      source: antiEntropy,
      weakenedBy: '--registry agent',
    },
  ],
  anomalies: [
    {
      what: 'A stale read is answered by a server that has not heard of the latest write.',
      flags: { reads: 'stale' },
      scenario: 'late-followers',
      breaks: 'linearizable',
      source: modes,
    },
    {
      what: 'An instance takes its configuration by stale reads, and serves a version that was replaced before.',
      flags: { reads: 'stale' },
      scenario: 'config',
      breaks: 'config-current',
      source: modes,
    },
    {
      what: 'The write of a holder that was held up comes after that of the next, and stays.',
      flags: { fencing: 'none' },
      scenario: 'lock',
      breaks: 'fencing',
      source: sessions,
    },
    {
      what: 'The agent that made a session is taken for dead, which ends it at once: another gets the lock while its holder believes in it.',
      flags: { checks: 'serf' },
      safe: { checks: 'serf', lockDelay: '15' },
      scenario: 'lock-server-lost',
      breaks: 'mutual-exclusion',
      source: sessions,
    },
    {
      what: 'A lock whose holder vanished stays closed for the delay after its session has ended, so nobody gets it in time.',
      flags: { lockDelay: '15' },
      scenario: 'vanished-holders',
      breaks: 'lock-freed',
      source: sessions,
    },
    {
      what: 'An agent says that an instance is registered before the servers know of it, and has to wait for a leader to tell them.',
      flags: { registry: 'agent' },
      scenario: 'registry-without-leader',
      breaks: 'registered-found',
      source: antiEntropy,
    },
  ],
  launch: launchConsul,
  releases,
  adapter: (flags) => {
    const way = wayOf(doorOf(flags));
    const manner = { ...flags, isFenced: flags.fencing === 'session' };
    return {
      connect: (endpoints, client, settings) =>
        openConsulSession(targetsOf(endpoints, way), client, settings, manner),
      ready: (endpoints) =>
        withTargets(endpoints, way, (targets) => requireConsul(endpoints, targets)),
      leader: (endpoints) => withTargets(endpoints, way, leaderOf),
      tidy: (endpoints, settings) =>
        withTargets(endpoints, way, (targets) => tidy(targets, settings)),
      severalRequests: ['cas', ...twoRequests],
    };
  },
  settings: ({ reads, checks, lockDelay, fencing, registry }) => {
    return { reads, checks, lockDelay, fencing, registry };
  },
  requires: [consulServer],
});

/** https://developer.hashicorp.com/consul/api-docs */
function wayOf(door: Door): Way {
  const { password: token } = door;
  return { path: '/v1', door, headers: token === null ? {} : { 'x-consul-token': token } };
}
