/** etcd as a system under test: what it promises, and who leads it. Speaks to 3.4 and later. */
import type { Settings } from '../../core/program.ts';
import type { Endpoint, Leader, System } from '../../core/system.ts';
import { rangeOf } from './codec.ts';
import { noEndpoint, post } from './gateway.ts';
import { EtcdSession, prefixOf } from './session.ts';

const probeMs = 2_000;

export const etcd: System = {
  name: 'etcd',
  operations: new Set(['read', 'read-stale', 'write', 'cas', 'delete', 'write-all', 'watch']),
  promises: ['linearizable', 'watch-guarantees', 'executed-once'],
  mutants: {},
  adapter: {
    connect: (endpoints, client, settings) => new EtcdSession(endpoints, client, settings),
    ready,
    leader,
    tidy,
  },
};

async function ready(endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all(
    endpoints.map(async ({ url }) => {
      try {
        await post(url, '/v3/maintenance/status', {}, AbortSignal.timeout(probeMs));
      } catch (error) {
        throw noEndpoint(url, error);
      }
    }),
  );
}

/** The member that says of itself that it leads, of several the one with the highest term. */
async function leader(endpoints: readonly Endpoint[]): Promise<Leader | null> {
  const said = await Promise.all(
    endpoints.map(async ({ url }, node): Promise<Leader | null> => {
      try {
        const { body } = await post(
          url,
          '/v3/maintenance/status',
          {},
          AbortSignal.timeout(probeMs),
        );
        const leads = body.leader !== undefined && body.leader === body.header?.member_id;
        return leads ? { node, term: Number(body.raftTerm ?? 0) } : null;
      } catch {
        return null;
      }
    }),
  );
  return said.reduce<Leader | null>(
    (best, l) => (l !== null && (best === null || l.term > best.term) ? l : best),
    null,
  );
}

async function tidy(endpoints: readonly Endpoint[], settings: Settings): Promise<void> {
  const range = rangeOf(prefixOf(settings));
  for (const { url } of endpoints) {
    try {
      await post(url, '/v3/kv/deleterange', range, AbortSignal.timeout(probeMs));
      return;
    } catch {
      // The next member may still answer.
    }
  }
}
