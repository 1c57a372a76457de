/** What nodes of a running cluster say of themselves, over HTTP. Nothing is changed by asking. */
import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { standardPolicy } from '../../../reference-impl/config.ts';
import type { Scene, SceneCall, SceneCircuit, SceneLease, SceneNode, SceneValue } from './scene.ts';

const answerMs = 3_000;

const health = z.object({
  name: z.string(),
  role: z.string(),
  service: z.string().optional(),
  id: z.number(),
  upUs: z.number(),
});
const members = z.array(
  z.object({
    member: z.number(),
    status: z.string(),
    name: z.string().optional(),
    role: z.string().optional(),
    service: z.string().optional(),
  }),
);
const evidence = z.array(
  z.object({
    kind: z.string(),
    subject: z.string(),
    binding: z.string(),
    value: z.unknown(),
    issuedUs: z.number(),
    staleUsMax: z.number(),
  }),
);
const decisions = z.object({
  mode: z.object({ mode: z.string() }),
  evidence,
  calls: z.array(
    z.looseObject({
      service: z.string(),
      instance: z.number().nullable(),
      outcome: z.string(),
    }),
  ),
});
const instances = z.object({
  instances: z.array(
    z.object({ service: z.string(), instance: z.union([z.string(), z.number()]) }),
  ),
});
const services = z.object({ services: z.record(z.string(), z.unknown()) });
const keys = z.object({
  entries: z.array(z.object({ key: z.string(), value: z.unknown(), version: z.number() })),
});

interface Told {
  readonly url: string;
  readonly health: z.infer<typeof health>;
  readonly decisions: z.infer<typeof decisions> | null;
  readonly members: z.infer<typeof members>;
}

/** Throws E_ENDPOINT where none of them answers as a node does. */
export async function sceneOfCluster(urls: readonly string[]): Promise<Scene> {
  const told = await Promise.all(urls.map((url) => toldBy(url)));
  const known = told.flatMap((t) => t ?? []);
  const [first] = known;
  if (first === undefined) {
    throw new HarnessError(
      'E_ENDPOINT',
      `none of ${urls.join(', ')} answers GET /health as a node of the reference does. Start one: antlion up.`,
    );
  }
  const names = new Map(
    known.flatMap((t) => t.members.map((m) => [m.member, m.name ?? `node ${m.member}`])),
  );
  for (const { health: own } of known) names.set(own.id, own.name);
  const nameOf = (id: number): string => names.get(id) ?? `node ${id}`;
  const silent = urls.filter((_, i) => told[i] === null);
  const leases = await leasesFrom(known, nameOf);
  const config = await Promise.all(known.map((t) => configOf(t)));
  const others = othersOf(known);
  // Whoever does not answer is one of these, where anybody knows of any.
  const unheard = others.length > 0 ? others.map((n) => n.name) : known.map((t) => t.health.name);
  const { breaker, mode } = standardPolicy;
  return {
    when: 'as it is now',
    nodes: [...known.map((t, i) => nodeOf(t, config[i] ?? null, leases, nameOf)), ...others],
    leases,
    troubles: [
      ...silent.map((url) => ({
        text: `${url} does not answer`,
        hits: unheard,
      })),
      ...known.flatMap((t) => suspectsOf(t, nameOf)),
    ],
    policy: {
      failureThreshold: breaker.failureThreshold,
      windowUs: breaker.windowUs,
      propagationUs: mode.propagationUs,
    },
  };
}

/** Null: it does not answer, or as something else. */
async function toldBy(url: string): Promise<Told | null> {
  const own = await get(url, '/health', health);
  if (own === null) return null;
  const [how, who] = await Promise.all([
    get(url, '/decisions', decisions),
    get(url, '/members', members),
  ]);
  return { url, health: own, decisions: how, members: who ?? [] };
}

/** The registry, as the first says that can: all of them say the same, or name no leader. */
async function leasesFrom(
  known: readonly Told[],
  nameOf: (id: number) => string,
): Promise<readonly SceneLease[] | null> {
  for (const { url } of known) {
    const listed = await get(url, '/services', services);
    if (listed === null) continue;
    const each = await Promise.all(
      Object.keys(listed.services).map((s) =>
        get(url, `/services/${encodeURIComponent(s)}`, instances),
      ),
    );
    return each.flatMap((one) =>
      (one?.instances ?? []).map(({ service, instance }) => ({
        service,
        instance: typeof instance === 'number' ? nameOf(instance) : instance,
        state: 'held' as const,
        since: null,
      })),
    );
  }
  return null;
}

/** What a server has applied, without asking its leader; a service tells of its copy no more than its age. */
async function configOf({
  url,
  health: own,
}: Told): Promise<ReadonlyMap<string, SceneValue> | null> {
  if (!isServer(own)) return null;
  const listed = await get(url, '/kv?prefix=config/&stale', keys);
  if (listed === null) return null;
  return new Map(
    listed.entries.map(({ key, value, version }) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [key, { value: text, revision: version }];
    }),
  );
}

/** A server's `role` is what it is in consensus. */
function isServer({ service }: Told['health']): boolean {
  return service === undefined;
}

function nodeOf(
  { health: own, decisions: how }: Told,
  config: ReadonlyMap<string, SceneValue> | null,
  leases: readonly SceneLease[] | null,
  nameOf: (id: number) => string,
): SceneNode {
  const age = (kind: string): number | null => {
    const found = how?.evidence.find((e) => e.kind === kind);
    return found === undefined ? null : own.upUs - found.issuedUs + found.staleUsMax;
  };
  const table = how?.evidence.find((e) => e.kind === 'routing-table')?.value;
  const source = z.object({ source: z.string() }).safeParse(table).data?.source ?? null;
  return {
    name: own.name,
    role: isServer(own) ? 'server' : 'service',
    service: own.service ?? null,
    isUp: true,
    mode: how?.mode.mode ?? null,
    lists: listsOf(how, leases),
    listSource: source,
    listAgeUs: age('registry-contact'),
    critical: (how?.evidence ?? []).flatMap((e) => {
      const id = /^node (\d+)$/.exec(e.subject)?.[1];
      return e.kind === 'health' && e.value === 'critical' && id !== undefined
        ? [nameOf(Number(id))]
        : [];
    }),
    circuits: circuitsOf(how),
    calls: (how?.calls ?? []).map(({ service, instance, outcome }): SceneCall => ({
      service,
      instance: instance === null ? null : nameOf(instance),
      outcome,
    })),
    config,
    configAgeUs: age('config'),
  };
}

/** Those that did not answer or were not asked, as the others know them: down is whom most take for dead. */
function othersOf(known: readonly Told[]): SceneNode[] {
  const answered = new Set(known.map((t) => t.health.id));
  const words = known.flatMap((t) => t.members).filter((m) => !answered.has(m.member));
  return [...new Set(words.map((m) => m.member))].flatMap((id): SceneNode[] => {
    const own = words.filter((m) => m.member === id);
    const { name, role, service = null } = own.find((m) => m.name !== undefined) ?? {};
    if (name === undefined) return [];
    const doubting = own.filter((m) => m.status !== 'alive').length;
    const isUp = doubting * 2 <= own.length;
    return [{ ...silent, name, role: role === 'server' ? 'server' : 'service', service, isUp }];
  });
}

const silent: Omit<SceneNode, 'name' | 'role' | 'service' | 'isUp'> = {
  mode: null,
  lists: null,
  listSource: null,
  listAgeUs: null,
  critical: [],
  circuits: new Map(),
  calls: [],
  config: null,
  configAgeUs: null,
};

/** A node tells how many are on its list and what they rest on, not which: as many as are registered are all. */
function listsOf(how: Told['decisions'], leases: readonly SceneLease[] | null): SceneNode['lists'] {
  const tables = (how?.evidence ?? []).flatMap((e) => {
    const size = z.object({ size: z.number() }).safeParse(e.value).data?.size;
    return e.kind === 'routing-table' && size !== undefined ? [[e.subject, size] as const] : [];
  });
  const lists = tables.flatMap(([service, size]) => {
    const held = (leases ?? []).filter((l) => l.service === service).map((l) => l.instance);
    return leases !== null && held.length === size ? [[service, held] as const] : [];
  });
  return lists.length === 0 ? null : new Map(lists);
}

/** A node tells its circuits as they are, not what they were. */
const neverSeen = { opened: null, failuresWhenHeld: null } as const;

function circuitsOf(how: Told['decisions']): ReadonlyMap<string, SceneCircuit> {
  return new Map(
    (how?.evidence ?? []).flatMap((e) => {
      if (e.kind !== 'circuit' || typeof e.value !== 'string') return [];
      return [[e.subject, { state: e.value, cause: e.binding, ...neverSeen }] as const];
    }),
  );
}

function suspectsOf(
  { health: own, members: who }: Told,
  nameOf: (id: number) => string,
): Scene['troubles'] {
  return who
    .filter((m) => m.status === 'suspect' || m.status === 'dead')
    .map((m) => ({
      text: `${own.name} takes ${nameOf(m.member)} for ${m.status}`,
      hits: [nameOf(m.member)],
    }));
}

/** Null: no answer, or another one. */
async function get<T>(url: string, path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const answer = await fetch(new URL(path, url), { signal: AbortSignal.timeout(answerMs) });
    // What is not ready says so with 503, and tells all the same.
    return schema.safeParse(await answer.json()).data ?? null;
  } catch {
    return null;
  }
}
