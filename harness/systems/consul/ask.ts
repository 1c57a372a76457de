/** Questions to agents beside any session: are they up, who leads, take this away. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import type { Settings } from '../../core/program.ts';
import type { Endpoint, Leader } from '../../core/system.ts';
import { prefixOf } from '../described.ts';
import { keyTo } from '../door.ts';
import { nameOf } from './catalog.ts';
import { ask, jsonOf, reasonOf, RestError, send, type Target } from '../rest.ts';
import { pathOf } from './keys.ts';

const probeMs = 2_000;

/** Throws E_ENDPOINT unless every agent is of Consul, lets us in and reaches a leader. */
export async function requireConsul(
  endpoints: readonly Endpoint[],
  targets: readonly Target[],
): Promise<void> {
  await Promise.all(
    targets.map(async (to, i) => {
      const signal = AbortSignal.timeout(probeMs);
      try {
        await selfOf(to, signal);
        await requireLeader(to);
      } catch (cause) {
        throw noEndpoint(endpoints[i]?.url ?? '', cause);
      }
    }),
  );
}

/** A read, as the operations will: what they would be refused is refused here. Throws `RestError`. */
async function requireLeader(to: Target): Promise<void> {
  const read = { method: 'GET', path: 'kv/antlion/?keys&consistent' } as const;
  try {
    const answer = await send(to, read, AbortSignal.timeout(probeMs));
    if (answer.status !== 404) jsonOf(answer);
  } catch (error) {
    // It waits for a leader for longer than we wait for it, and then says so with a 500.
    if (error instanceof RestError && !error.isLost) throw error;
    throw new RestError('it is an agent of Consul and reaches no leader', true, true);
  }
}

/** What an agent says about itself. Throws `RestError` for what is no agent of Consul. */
async function selfOf(to: Target, signal: AbortSignal): Promise<Self> {
  const said = await ask(to, { method: 'GET', path: 'agent/self' }, signal);
  const self = said as unknown as Self | null;
  if (self?.Config?.Version !== undefined) return self;
  throw new RestError('what it says of itself is not of Consul', true, false);
}

interface Self {
  readonly Config?: { readonly Version?: string };
  readonly Stats?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The server that says of itself that it leads, of several the one with the highest term. */
export async function leaderOf(targets: readonly Target[]): Promise<Leader | null> {
  const said = await Promise.all(
    targets.map(async (to, node): Promise<Required<Leader> | null> => {
      try {
        const { Stats = {} } = await selfOf(to, AbortSignal.timeout(probeMs));
        const leads = Stats['raft']?.['state'] === 'Leader';
        return leads ? { node, term: Number(Stats['raft']?.['term'] ?? 0) } : null;
      } catch {
        return null;
      }
    }),
  );
  return said.reduce((best, l) => (l !== null && (best === null || l.term > best.term) ? l : best));
}

/** Keys go at once, services from the agents that know them; sessions end by their TTL. Throws what the last one said. */
export async function tidy(targets: readonly Target[], settings: Settings): Promise<void> {
  const prefix = prefixOf(settings);
  const path = `kv/${pathOf(prefix)}?recurse`;
  let last: unknown = null;
  for (const to of targets) {
    const signal = AbortSignal.timeout(probeMs);
    last = await ask(to, { method: 'DELETE', path }, signal).then(
      () => null,
      (e: unknown) => e,
    );
    if (last === null) break;
  }
  if (last !== null) throw last;
  await Promise.all(targets.map((to) => forgetServices(to, nameOf('', { prefix }))));
}

async function forgetServices(to: Target, begins: string): Promise<void> {
  const signal = AbortSignal.timeout(probeMs);
  const known = await ask(to, { method: 'GET', path: 'agent/services' }, signal);
  const ids = Object.keys((known ?? {}) as Readonly<Record<string, Json>>);
  for (const id of ids.filter((i) => i.startsWith(begins))) {
    const path = `agent/service/deregister/${encodeURIComponent(id)}`;
    await ask(to, { method: 'PUT', path }, signal);
  }
}

const majority = 'Check that most of its servers run: consul operator raft list-peers -stale';

function noEndpoint(url: string, error: unknown): HarnessError {
  const why = error instanceof RestError ? error.message : reasonOf(error);
  const next = /^40[13] /.test(why)
    ? 'Say who asks, by an ACL token: --password-file FILE or --password-env NAME'
    : (keyTo(why) ?? (why.endsWith('no leader') ? majority : 'Check --endpoint http://host:8500'));
  return new HarnessError(
    'E_ENDPOINT',
    `no Consul answers at ${url} (${why}), wanted an agent that lets us in and reaches a leader. ${next}.`,
    { cause: error },
  );
}
