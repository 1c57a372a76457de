/** etcd, 3.4 and later: what it promises, how it is started and spoken to, and who leads it. */
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import type { Settings } from '../../core/program.ts';
import type { AdapterForm, Endpoint, Leader } from '../../core/system.ts';
import { defineSystem } from '../define-system.ts';
import { doorFlags } from '../door.ts';
import { accessOf, signedIn, withTargets } from './access.ts';
import type { Access } from './access.ts';
import { barrierRequests } from './barriers.ts';
import { encode, rangeOf } from './codec.ts';
import { GatewayError, noEndpoint, post } from './gateway.ts';
import type { Target } from './gateway.ts';
import { defects } from './defects.ts';
import { releases } from './releases.ts';
import { twoRequests } from './leased.ts';
import { launchEtcd } from './launch.ts';
import { membersOf } from './members.ts';
import { EtcdSession, prefixOf } from './session.ts';

const probeMs = 2_000;
const guarantees = 'https://etcd.io/docs/v3.4/learning/api_guarantees/';

export const etcd = defineSystem({
  name: 'etcd',
  flags: z.object({
    reads: z
      .enum(['linearizable', 'serializable'])
      .default('linearizable')
      .describe('how reads are asked for'),
    progress: z
      .enum(['periodic', 'requested'])
      .default('periodic')
      .describe('of watches: periodic, or requested at once as well'),
    fencing: z
      .enum(['revision', 'none'])
      .default('revision')
      .describe('of writes that a lock protects: by its token, or not at all'),
    snapshotCount: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('of members of our own: entries of the log between two snapshots'),
    catchUpEntries: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('of members of our own: entries of the log that are kept for who lags'),
    compactionBatch: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('of members of our own: revisions that are forgotten at a time'),
    fsync: z
      .enum(['yes', 'no'])
      .default('yes')
      .describe('of members of our own, from 3.5 on: no is quicker, and outlives any kill'),
    ...doorFlags,
  }),
  operations: [
    ...['read', 'read-stale', 'write', 'cas', 'delete', 'write-all', 'watch'],
    ...['acquire', 'release', 'write-fenced', 'acquire-permit', 'release-permit'],
    ...['campaign', 'renew-term', 'resign', 'leader'],
    ...['register', 'renew', 'deregister', 'discover'],
    ...['enter-barrier', 'leave-barrier', 'publish-config', 'serve-config'],
    ...['compact', 'defrag', 'write-if-known', 'read-at'],
  ],
  promises: [
    ...['linearizable', 'watch-guarantees', 'watch-told', 'past-as-it-was'],
    ...['executed-once', 'definite-failures'],
    ...['mutual-exclusion', 'lock-freed', 'permits-bounded', 'fencing'],
    ...['one-leader', 'leader-told'],
    ...['registered-found', 'ended-not-found'],
    ...['barrier-together', 'barrier-opens', 'config-advances', 'config-current'],
  ],
  documents: [
    {
      promises: [
        ...['linearizable', 'executed-once', 'leader-told', 'registered-found'],
        ...['barrier-together', 'barrier-opens', 'config-advances', 'config-current'],
      ],
      says: 'Every operation but a watch is linearizable, unless a read asks to be serializable.',
      source: guarantees,
      weakenedBy: '--reads serializable',
    },
    {
      promises: ['watch-guarantees', 'watch-told'],
      says: 'A watch tells all events, in order, once, whole revisions at a time, and can be resumed.',
      source: guarantees,
    },
    {
      promises: ['past-as-it-was'],
      says: 'A read at a revision tells what was then, until the revision is compacted.',
      source: 'https://etcd.io/docs/v3.4/learning/api/#key-value-api',
    },
    {
      promises: [
        ...['mutual-exclusion', 'lock-freed', 'permits-bounded'],
        ...['one-leader', 'ended-not-found'],
      ],
      says: 'A key that goes with a lease is removed when the lease has not been renewed for its TTL, and not before.',
      source: 'https://etcd.io/docs/v3.4/learning/api/#lease-api',
    },
    {
      promises: ['fencing'],
      says: 'The revision at which a lock was made can be compared in the transaction that writes; a lock alone protects nothing.',
      source: 'https://etcd.io/docs/v3.4/learning/why/#notes-on-the-usage-of-lock-and-lease',
      weakenedBy: '--fencing none',
    },
  ],
  anomalies: [
    {
      what: 'A serializable read is answered by a member that has not heard of the latest write.',
      flags: { reads: 'serializable' },
      scenario: 'late-followers',
      breaks: 'linearizable',
      source: guarantees,
    },
    {
      what: 'Who looks instances up by serializable reads misses one that is registered.',
      flags: { reads: 'serializable' },
      scenario: 'registry',
      breaks: 'registered-found',
      source: guarantees,
    },
    {
      what: 'An instance that takes its configuration by serializable reads serves a version that was replaced before.',
      flags: { reads: 'serializable' },
      scenario: 'config',
      breaks: 'config-current',
      source: guarantees,
    },
    {
      what: 'The write of a holder that was held up comes after that of the next, and stays.',
      flags: { fencing: 'none' },
      scenario: 'lock',
      breaks: 'fencing',
      source: 'https://etcd.io/docs/v3.4/learning/why/#notes-on-the-usage-of-lock-and-lease',
    },
    {
      what: 'A leader that stood still and was replaced revokes leases by its own count, though they were renewed.',
      flags: {},
      versions: '3.4.23 (3.6.16 has it too, by hand)',
      scenario: 'registry-leader-pause',
      breaks: 'registered-found',
      source: 'https://github.com/etcd-io/etcd/issues/15247',
    },
    ...defects,
  ],
  launch: launchEtcd,
  adapter: (flags) => adapterOf(accessOf(flags)),
  settings: ({ reads, progress, fencing }) => ({ reads, progress, fencing }),
  releases,
  requires: [
    {
      program: 'etcd',
      args: ['--version'],
      otherwise: 'antlion verify etcd starts its own with it: apt-get install etcd-server',
    },
  ],
});

function adapterOf(access: Access): AdapterForm {
  return {
    async connect(endpoints, client, settings) {
      const targets = endpoints.map((e) => access.targetOf(e));
      const token = await signIn(access, endpoints, targets);
      return new EtcdSession(access, targets, token, client, settings);
    },
    ready: (endpoints) =>
      withTargets(access, endpoints, (targets) => ready(access, endpoints, targets)),
    leader: (endpoints) => withTargets(access, endpoints, leader),
    version: (endpoint) => withTargets(access, [endpoint], version),
    tidy: (endpoints, settings) =>
      withTargets(access, endpoints, (targets) => tidy(access, targets, settings)),
    members: membersOf(access),
    severalRequests: [...twoRequests, ...barrierRequests],
  };
}

/** Null where nobody needs to sign in. Throws E_ENDPOINT when etcd does not let this user in. */
async function signIn(
  access: Access,
  endpoints: readonly Endpoint[],
  targets: readonly Target[],
): Promise<string | null> {
  if (access.user === null) return null;
  let last: unknown = null;
  for (const [i, target] of targets.entries()) {
    try {
      return await access.signIn(target, AbortSignal.timeout(probeMs));
    } catch (error) {
      if (error instanceof GatewayError && error.isStranger) {
        throw noEndpoint(endpoints[i]?.url ?? '', error);
      }
      last = error;
    }
  }
  throw last;
}

async function ready(
  access: Access,
  endpoints: readonly Endpoint[],
  targets: readonly Target[],
): Promise<void> {
  const token = await signIn(access, endpoints, targets).catch((error: unknown) => {
    throw error instanceof GatewayError ? noEndpoint(endpoints[0]?.url ?? '', error) : error;
  });
  await Promise.all(
    targets.map(async (target, i) => {
      const asked = { ...target, ...(token !== null && { token }) };
      const signal = AbortSignal.timeout(probeMs);
      try {
        const answer = await post(asked, '/v3/maintenance/status', {}, signal);
        // A read, as the operations will: what they would be refused is refused here.
        const key = { key: encode('antlion/'), serializable: true };
        await post(asked, '/v3/kv/range', key, signal);
        if (answer.body.leader === undefined) throw new GatewayError('it has no leader', true);
      } catch (error) {
        throw noEndpoint(endpoints[i]?.url ?? '', error);
      }
    }),
  );
}

/** The member that says of itself that it leads, of several the one with the highest term. */
async function leader(targets: readonly Target[]): Promise<Leader | null> {
  const said = await Promise.all(
    targets.map(async (target, node): Promise<Required<Leader> | null> => {
      try {
        const signal = AbortSignal.timeout(probeMs);
        const { body } = await post(target, '/v3/maintenance/status', {}, signal);
        const leads = body.leader !== undefined && body.leader === body.header?.member_id;
        return leads ? { node, term: Number(body.raftTerm ?? 0) } : null;
      } catch {
        return null;
      }
    }),
  );
  return said.reduce((best, l) => (l !== null && (best === null || l.term > best.term) ? l : best));
}

/** Throws where the first does not answer. */
async function version([target]: readonly Target[]): Promise<string> {
  assert(target !== undefined, 'one is asked');
  const { body } = await post(target, '/v3/maintenance/status', {}, AbortSignal.timeout(probeMs));
  return body.version ?? '';
}

/** Throws what the last member said when none removed the keys. */
async function tidy(access: Access, targets: readonly Target[], settings: Settings): Promise<void> {
  const range = rangeOf(prefixOf(settings));
  let last: unknown = null;
  for (const target of targets) {
    try {
      const signal = AbortSignal.timeout(probeMs);
      const as = await signedIn(access, target, signal);
      await post(as, '/v3/kv/deleterange', range, signal);
      return;
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
