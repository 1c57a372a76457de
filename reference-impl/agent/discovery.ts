/**
 * The discovery cache (requirement D4): this client's copy of the whole catalog.
 *
 * It serves from memory, always. Fresh while the registry answers; stale, with its age, when it does
 * not; and when even that may no longer be used (mode Floor), from the static list of the shape.
 */
import type { Freshness } from '../../harness/core/evidence.ts';
import type { NodeId } from '../../harness/core/host.ts';
import { instancesOf } from '../../harness/core/program.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { Policy } from '../config.ts';
import type { CatalogEntry, StoreAnswer, WatchEvent } from '../store/protocol.ts';
import type { EvidenceBook } from './evidence-book.ts';
import type { Io } from './io.ts';
import { Subscription } from './subscription.ts';
import type { SubscriptionRules } from './subscription.ts';
import type { StoreClient } from './store-client.ts';

/** What a list of instances rests on. */
export type RoutingSource = 'registry' | 'stale' | 'static';

/** The value of `routing-table` evidence. */
export interface RoutingTable {
  readonly source: RoutingSource;
  readonly instances: readonly NodeId[];
}

type RegistryChange = Extract<WatchEvent, { readonly scope: 'registry' }>['change'];

/** What discovery decides; a mutant overrides one. */
export interface DiscoveryRules {
  /** Where the list comes from when the registry last confirmed it `ageUs` ago. */
  source(ageUs: number, isFloor: boolean, policy: Policy): RoutingSource;
  /** Is the instance that this change is about listed from now on? */
  isListed(change: RegistryChange): boolean;
}

export const discoveryRules: DiscoveryRules = {
  // On the Floor for another reason than the registry, its fresh list beats a hard-coded one.
  source(ageUs, isFloor, policy) {
    if (ageUs < policy.cacheTtlUs) return 'registry';
    return isFloor ? 'static' : 'stale';
  },
  isListed: (change) => change === 'registered',
};

export interface DiscoveryOptions {
  readonly shape: Shape;
  readonly policy: Policy;
  readonly rules: DiscoveryRules & SubscriptionRules;
  /** Number of the watch, unique in the agent. */
  readonly watch: number;
}

export class Discovery {
  private readonly io: Io;
  private readonly book: EvidenceBook;
  private readonly o: DiscoveryOptions;
  readonly subscription: Subscription;
  /** Per service, ascending by instance. A service once known stays, with an empty list. */
  private readonly catalog = new Map<string, readonly CatalogEntry[]>();
  /** Per service: the instances calls go to, as last observed. */
  private readonly routes = new Map<string, readonly NodeId[]>();
  private source: RoutingSource = 'registry';
  private isFloor = false;
  private observedUs = -1;

  constructor(io: Io, client: StoreClient, book: EvidenceBook, options: DiscoveryOptions) {
    this.io = io;
    this.book = book;
    this.o = options;
    this.subscription = new Subscription(io, client, {
      watch: options.watch,
      rules: options.rules,
      scope: 'registry',
      prefix: '',
      load: { f: 'lookup', service: '', consistency: 'default' },
      loaded: (answer) => this.loaded(answer),
      confirmed: () => this.confirmed(),
      changed: (e) => this.changed(e),
    });
  }

  /** Instances of `service` that calls may go to, ascending; empty when none is known. */
  instances(service: string): readonly NodeId[] {
    return this.routes.get(service) ?? [];
  }

  /** Everything that is cached, for people. */
  entries(): CatalogEntry[] {
    return [...this.catalog.values()].flat();
  }

  zoneOf(service: string, instance: NodeId): string | null {
    return this.catalog.get(service)?.find((e) => e.instance === instance)?.zone ?? null;
  }

  get ageUs(): number {
    return this.io.nowUs - this.subscription.confirmedUs;
  }

  /** The mode changed: only on the Floor may the static list be used. */
  setFloor(isFloor: boolean): void {
    this.isFloor = isFloor;
    this.review();
  }

  /** Looks whether age or mode have changed where lists come from. */
  review(): void {
    const source = this.o.rules.source(this.ageUs, this.isFloor, this.o.policy);
    if (source === this.source) return;
    this.source = source;
    for (const service of this.known()) this.route(service, true);
  }

  private loaded(answer: StoreAnswer): void {
    if (answer.type !== 'instances') return;
    const byService = new Map<string, CatalogEntry[]>();
    for (const service of this.catalog.keys()) byService.set(service, []);
    for (const e of answer.instances) {
      const list = byService.get(e.service);
      if (list === undefined) byService.set(e.service, [e]);
      else list.push(e);
    }
    for (const [service, list] of byService) {
      list.sort((a, b) => a.instance - b.instance);
      this.catalog.set(service, list);
    }
    for (const service of byService.keys()) this.route(service, false);
  }

  private changed(e: WatchEvent): void {
    if (e.scope !== 'registry') return;
    const { service, instance } = e.entry;
    const others = (this.catalog.get(service) ?? []).filter((x) => x.instance !== instance);
    if (this.o.rules.isListed(e.change)) others.push(e.entry);
    others.sort((a, b) => a.instance - b.instance);
    this.catalog.set(service, others);
    this.route(service, false);
  }

  /** The registry answered: evidence of contact, once a refresh period. */
  private confirmed(): void {
    this.review();
    for (const [service, instances] of this.routes) this.issueTable(service, instances, false);
    const p = this.o.policy;
    const announce = this.observedUs < 0 || this.io.nowUs - this.observedUs >= p.refreshUs;
    if (announce) this.observedUs = this.io.nowUs;
    this.book.issue(
      {
        kind: 'registry-contact',
        subject: 'registry',
        scope: 'local',
        binding: `revision ${this.subscription.revision}`,
        value: { revision: this.subscription.revision },
        lifetimeUs: p.mode.registryLostUs,
        freshness: 'bounded-stale',
        staleUsMax: this.ageUs,
      },
      announce,
      this.subscription.confirmedUs,
    );
  }

  /** Works out where calls of `service` go; says so when that changed. */
  private route(service: string, isSourceNew: boolean): void {
    const before = this.routes.get(service) ?? [];
    const now = this.list(service);
    const isSame = before.length === now.length && before.every((x, i) => x === now[i]);
    if (isSame && !(isSourceNew && this.routes.has(service))) return;
    if (!isSame) {
      this.routes.set(service, now);
      const revision = this.subscription.revision;
      this.io.observe({ kind: 'discovered', service, instances: now, revision });
    }
    this.issueTable(service, now, true);
  }

  private list(service: string): readonly NodeId[] {
    if (this.source === 'static') {
      const fixed = instancesOf(this.o.shape, service);
      if (fixed.length > 0) return fixed;
    }
    return (this.catalog.get(service) ?? []).map((e) => e.instance);
  }

  private issueTable(service: string, instances: readonly NodeId[], announce: boolean): void {
    const p = this.o.policy;
    const freshness: Record<RoutingSource, Freshness> = {
      registry: 'bounded-stale',
      stale: 'eventual',
      static: 'historical',
    };
    const value: RoutingTable = { source: this.source, instances };
    this.book.issue(
      {
        kind: 'routing-table',
        subject: service,
        scope: this.source === 'static' ? 'local' : 'cluster',
        binding: `${this.source}, revision ${this.subscription.revision}`,
        value: { ...value },
        lifetimeUs: this.source === 'registry' ? p.cacheTtlUs : p.mode.registryLostUs,
        freshness: freshness[this.source],
        staleUsMax: this.source === 'registry' ? p.cacheTtlUs : this.ageUs,
      },
      announce,
    );
  }

  /** Services of the catalog and of the shape, each once, in a fixed order. */
  private known(): string[] {
    const names = new Set(this.catalog.keys());
    for (const n of this.o.shape.nodes) if (n.service !== undefined) names.add(n.service);
    return [...names].sort((a, b) => (a < b ? -1 : 1));
  }
}
