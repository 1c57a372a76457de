/**
 * A proxy's end of a stream. What it accepted is in `cache`, which outlives streams: without a control
 * plane the proxy goes on with it.
 */
import type { Endpoint, Resource, ResourceType, XdsRequest, XdsResponse } from './messages.ts';
import type { XdsRules } from './rules.ts';
import { clustersOf } from './snapshot.ts';

type Resources = Map<string, Resource>;

export class XdsCache {
  readonly of: Readonly<Record<ResourceType, Resources>> = {
    cds: new Map(),
    eds: new Map(),
    lds: new Map(),
    rds: new Map(),
  };

  clear(): void {
    for (const held of Object.values(this.of)) held.clear();
  }

  /** The first cluster to which a service's route leads, and its endpoints; null: nothing is known of it. */
  find(
    service: string,
  ): { readonly cluster: string; readonly endpoints: readonly Endpoint[] } | null {
    const listener = this.of.lds.get(service)?.body;
    const route = listener?.kind === 'listener' ? this.of.rds.get(listener.route) : undefined;
    const [cluster] = route === undefined ? [] : clustersOf(route);
    if (cluster === undefined) return null;
    const body = this.of.eds.get(cluster)?.body;
    return body?.kind === 'endpoints' ? { cluster, endpoints: body.endpoints } : null;
  }
}

/** How a response ended. */
export interface Taken {
  readonly type: ResourceType;
  /** Resources that were refused; empty: all was accepted. */
  readonly refused: readonly Resource[];
  readonly requests: readonly XdsRequest[];
}

export class ClientStream {
  private readonly protocol: XdsRequest['protocol'];
  private readonly rules: XdsRules;
  private readonly cache: XdsCache;
  /** Names of listeners that it wants; clusters it wants all. */
  private readonly listeners: readonly string[];
  private readonly accepted: Record<ResourceType, { version: string; nonce: string }>;
  private readonly subscribed: Record<'eds' | 'rds', Set<string>>;
  /** Routes that came by this stream. */
  private readonly routed = new Set<string>();

  constructor(options: {
    readonly protocol: XdsRequest['protocol'];
    readonly rules: XdsRules;
    readonly cache: XdsCache;
    readonly listeners: readonly string[];
  }) {
    this.protocol = options.protocol;
    this.rules = options.rules;
    this.cache = options.cache;
    this.listeners = options.listeners;
    const none = (): { version: string; nonce: string } => ({ version: '', nonce: '' });
    this.accepted = { cds: none(), eds: none(), lds: none(), rds: none() };
    this.subscribed = { eds: new Set(this.clusters()), rds: new Set(this.routes()) };
  }

  /** What a stream begins with. */
  open(): XdsRequest[] {
    const { eds, rds } = this.subscribed;
    return [
      this.first('cds', []),
      ...(eds.size > 0 ? [this.first('eds', [...eds])] : []),
      this.first('lds', this.listeners),
      ...(rds.size > 0 ? [this.first('rds', [...rds])] : []),
    ];
  }

  take(r: XdsResponse): Taken {
    const { type, nonce, version } = r;
    const wrong = r.resources.filter((x) => this.rules.wrong(x) !== null);
    const [first] = wrong;
    if (first !== undefined) {
      if (!this.rules.keepsOut()) this.apply(r);
      const error = `${first.name}: ${this.rules.wrong(first)}`;
      this.accepted[type].nonce = nonce;
      return { type, refused: wrong, requests: [this.answer(type, error)] };
    }
    this.apply(r);
    this.accepted[type] = { version, nonce };
    const answer = this.answer(type, null);
    const follows = type === 'cds' ? 'eds' : type === 'lds' ? 'rds' : null;
    return { type, refused: [], requests: [answer, ...this.follow(follows)] };
  }

  private apply({ type, protocol, resources, removed }: XdsResponse): void {
    const held = this.cache.of[type];
    if (protocol === 'world' && (type === 'cds' || type === 'lds')) held.clear();
    for (const r of resources) {
      // One that was on its way when it was given up.
      const isWanted = (type !== 'eds' && type !== 'rds') || this.subscribed[type].has(r.name);
      if (!isWanted) continue;
      held.set(r.name, r);
      if (type === 'rds') this.routed.add(r.name);
    }
    for (const name of removed) held.delete(name);
    if (type === 'rds') this.forget('eds');
  }

  /** Clusters to which routes lead that this stream brought: of others its control plane need not know. */
  brought(): readonly string[] {
    const routes = [...this.cache.of.rds.values()].filter(({ name }) => this.routed.has(name));
    return [...new Set(routes.flatMap(clustersOf))];
  }

  /**
   * What is no longer subscribed; but endpoints to which a route leads stay until that changes: a control
   * plane that is new to it cannot know which clusters it still needs.
   */
  private forget(type: 'eds' | 'rds'): void {
    const used = new Set([...this.cache.of.rds.values()].flatMap(clustersOf));
    for (const name of [...this.cache.of[type].keys()]) {
      if (this.subscribed[type].has(name) || (type === 'eds' && used.has(name))) continue;
      this.cache.of[type].delete(name);
    }
  }

  /** Asks for the endpoints of the clusters, for the routes of the listeners, where those are others now. */
  private follow(type: 'eds' | 'rds' | null): XdsRequest[] {
    if (type === null) return [];
    const was = this.subscribed[type];
    const now = new Set(type === 'eds' ? this.clusters() : this.routes());
    const added = [...now].filter((name) => !was.has(name));
    const gone = [...was].filter((name) => !now.has(name));
    if (added.length + gone.length === 0) return [];
    this.subscribed[type] = now;
    this.forget(type);
    const { version, nonce } = this.accepted[type];
    const isFirst = was.size === 0 && nonce === '';
    if (isFirst) return [this.first(type, [...now])];
    if (this.protocol === 'world') {
      return [{ protocol: 'world', type, version, nonce, names: [...now], error: null }];
    }
    const delta = { subscribe: added, unsubscribe: gone, initial: {}, error: null };
    return [{ protocol: 'delta', type, nonce: '', ...delta }];
  }

  private first(type: ResourceType, names: readonly string[]): XdsRequest {
    if (this.protocol === 'world') {
      return { protocol: 'world', type, version: '', nonce: '', names, error: null };
    }
    const held = [...this.cache.of[type].values()].map((r) => [r.name, r.version]);
    const initial = Object.fromEntries(held) as Readonly<Record<string, string>>;
    const more = { unsubscribe: [], initial, error: null };
    return { protocol: 'delta', type, nonce: '', subscribe: names, ...more };
  }

  private answer(type: ResourceType, error: string | null): XdsRequest {
    const { version, nonce } = this.accepted[type];
    if (this.protocol === 'delta') {
      const nothing = { subscribe: [], unsubscribe: [], initial: {} };
      return { protocol: 'delta', type, nonce, ...nothing, error };
    }
    return { protocol: 'world', type, version, nonce, names: this.names(type), error };
  }

  private names(type: ResourceType): readonly string[] {
    if (type === 'cds') return [];
    return type === 'lds' ? this.listeners : [...this.subscribed[type]];
  }

  private clusters(): readonly string[] {
    return [...this.cache.of.cds.keys()];
  }

  private routes(): readonly string[] {
    return [...this.cache.of.lds.values()].flatMap(({ body }) =>
      body.kind === 'listener' ? [body.route] : [],
    );
  }
}
