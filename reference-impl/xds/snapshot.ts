/** What a control plane wants all proxies to have: made of the catalog and of the configuration `config/mesh/`. */
import type { Json } from '../../harness/core/host.ts';
import { hash32 } from '../hashing/hash.ts';
import type { CatalogEntry } from '../store/asked.ts';
import { byInstance } from '../store/tables/registry.ts';
import type { Body, Endpoint, Resource, ResourceType, RouteRule } from './messages.ts';

/** Routes of services are kept under this and the service's name, listeners under the other and theirs. */
export const routePrefix = 'config/mesh/routes/';
export const listenerPrefix = 'config/mesh/listeners/';

/**
 * Of one service: `set` names the cluster anew, as a deploy does; `weight` and `connectMs` may be wrong. One that is
 * `isOff` has no listener: whoever called it forgets its route.
 */
interface RouteConfig {
  readonly set: string;
  readonly weight: number;
  readonly connectMs: number;
  readonly isOff: boolean;
}

export interface SnapshotInput {
  readonly entries: readonly CatalogEntry[];
  /** Services that have a cluster even while they have no instance. */
  readonly services: Iterable<string>;
  /** By key. */
  readonly config: Readonly<Record<string, Json>>;
  /** Those that say that they stop. */
  readonly draining: readonly { readonly service: string; readonly endpoint: Endpoint }[];
}

type Resources = ReadonlyMap<string, Resource>;

export class Snapshot {
  readonly of: Readonly<Record<Exclude<ResourceType, 'eds'>, Resources>>;
  private readonly endpoints: ReadonlyMap<string, readonly Endpoint[]>;

  constructor(input: SnapshotInput) {
    this.endpoints = endpointsOf(input);
    const services = [...new Set([...this.endpoints.keys(), ...input.services])].sort();
    const [cds, lds, rds] = [new Map(), new Map(), new Map()] as Map<string, Resource>[];
    const add = (to: Map<string, Resource> | undefined, r: Resource): void =>
      void to?.set(r.name, r);
    for (const service of services) {
      const asked = routeConfig(input.config[`${routePrefix}${service}`]);
      const { set, weight, connectMs, isOff } = asked;
      const cluster = set === '' ? service : `${service}/${set}`;
      add(cds, resource('cds', cluster, { kind: 'cluster', service, connectMs }));
      const rules = [{ prefix: '/', cluster, weight }];
      add(rds, resource('rds', service, { kind: 'route', rules }));
      if (isOff) continue;
      const where = { isApi: true, address: '', port: 0, route: service } as const;
      add(lds, resource('lds', service, { kind: 'listener', ...where }));
    }
    for (const { name, address, port, rules } of listenersOf(input.config, rds as Resources)) {
      const route = `listener/${name}`;
      add(rds, resource('rds', route, { kind: 'route', rules }));
      add(lds, resource('lds', name, { kind: 'listener', isApi: false, address, port, route }));
    }
    this.of = { cds, lds, rds } as Snapshot['of'];
  }

  /** Endpoints belong to a cluster's service, so that a cluster on its way out has those of now. */
  get(type: ResourceType, name: string): Resource | null {
    if (type !== 'eds') return this.of[type].get(name) ?? null;
    const service = this.serviceOf(name);
    if (service === null) return null;
    const endpoints = this.endpoints.get(service) ?? [];
    return resource('eds', name, { kind: 'endpoints', endpoints });
  }

  /** Of a type all that there is, but what is for those who ask by name. */
  names(type: ResourceType): readonly string[] {
    if (type === 'eds') return [...this.of.cds.keys()];
    return [...this.of[type].values()]
      .filter(({ body }) => body.kind !== 'listener' || !body.isApi)
      .map((r) => r.name);
  }

  private serviceOf(cluster: string): string | null {
    const service = cluster.replace(/\/[^/]*$/, '');
    const isKnown = this.of.rds.has(service) || this.endpoints.has(service);
    return isKnown ? service : null;
  }
}

/** Clusters that a route may send calls to. */
export function clustersOf({ body }: Resource): readonly string[] {
  return body.kind === 'route' ? body.rules.map((r) => r.cluster) : [];
}

/** What a resource is told apart by. */
export function keyOf({ name, version }: Pick<Resource, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

function resource(type: ResourceType, name: string, body: Body): Resource {
  return { type, name, version: hash32(JSON.stringify(body)).toString(16), body };
}

function endpointsOf({ entries, draining }: SnapshotInput): Map<string, Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  const add = (service: string, e: Endpoint): void => {
    const all = found.get(service) ?? [];
    found.set(service, all);
    if (!all.some(({ instance }) => instance === e.instance)) all.push(e);
  };
  for (const { service, endpoint } of draining) add(service, { ...endpoint, health: 'draining' });
  for (const { service, instance, zone, tags, address = '', port = 0, health } of entries) {
    const isDraining = tags.includes('draining');
    const of = health === 'critical' ? 'unhealthy' : 'healthy';
    add(service, { instance, address, port, zone, health: isDraining ? 'draining' : of });
  }
  for (const all of found.values()) all.sort((a, b) => byInstance(a as never, b as never));
  return found;
}

function routeConfig(value: Json | undefined): RouteConfig {
  const { set = '', weight = 1, connectMs = 500, isOff } = fieldsOf(value);
  return {
    set: typeof set === 'string' || typeof set === 'number' ? `${set}` : '',
    weight: typeof weight === 'number' ? weight : 1,
    connectMs: typeof connectMs === 'number' ? connectMs : 500,
    isOff: isOff === true,
  };
}

interface ListenerConfig {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly rules: readonly RouteRule[];
}

/** `{ address, port, routes: [{ prefix, service }] }`; what is no such thing is left out. */
function* listenersOf(
  config: SnapshotInput['config'],
  routes: Resources,
): Generator<ListenerConfig> {
  for (const key of Object.keys(config).sort()) {
    if (!key.startsWith(listenerPrefix)) continue;
    const { address = '127.0.0.1', port, routes: asked } = fieldsOf(config[key]);
    if (typeof address !== 'string' || typeof port !== 'number' || !Array.isArray(asked)) continue;
    const rules = (asked as readonly Json[]).flatMap((r) => {
      const { prefix = '/', service = '' } = fieldsOf(r);
      const body = routes.get(`${service as string}`)?.body;
      const rule = body?.kind === 'route' ? body.rules[0] : undefined;
      return rule === undefined ? [] : [{ ...rule, prefix: `${prefix as string}` }];
    });
    yield { name: key.slice(listenerPrefix.length), address, port, rules };
  }
}

/** A copy of the configuration hands on texts as they are, and objects as JSON. */
function fieldsOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return value as Readonly<Record<string, Json | undefined>>;
}
