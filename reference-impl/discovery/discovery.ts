/**
 * The discovery cache (requirement D4): this client's copy of the whole catalog.
 *
 * It serves from memory, always. Fresh while the registry answers; stale, with its age, when it does
 * not; and when even that may no longer be used (mode Floor), from the static list of the shape.
 */
import type { Freshness } from '../evidence/observations.ts';
import type { Part } from '../agent/part.ts';
import type { ModeBehaviour } from '../mode/behaviour.ts';
import type { Mode } from '../mode/matrix.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { RoutingSource, RoutingTable } from './observations.ts';
import { instancesOf } from '../../harness/core/program.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { Policy } from '../config.ts';
import type { CatalogEntry, StoreAnswer, WatchEvent } from '../store/protocol.ts';
import { byInstance } from '../store/tables/registry.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

type RegistryChange = Extract<WatchEvent, { readonly scope: 'registry' }>['change'];

/** What discovery decides; a mutant overrides one. */
export interface DiscoveryRules {
  /** Where the list comes from when the registry last confirmed it `ageUs` ago. */
  source(ageUs: number, mode: ModeBehaviour['discovery'], policy: Policy): RoutingSource;
  /** How stale a list is said to be at most, µs. */
  staleUsMax(source: RoutingSource, ageUs: number, policy: Policy): number;
  /** Is the instance that this change is about listed from now on? */
  isListed(change: RegistryChange): boolean;
}

export const discoveryRules: DiscoveryRules = {
  // On the Floor for another reason than the registry, its fresh list beats a hard-coded one.
  source(ageUs, mode, policy) {
    if (ageUs < policy.cacheTtlUs) return 'registry';
    return mode.sources.includes('static') ? 'static' : 'stale';
  },
  staleUsMax: (source, ageUs, policy) => (source === 'registry' ? policy.cacheTtlUs : ageUs),
  isListed: (change) => change === 'registered',
};

export interface DiscoveryOptions {
  readonly shape: Shape;
  readonly policy: Policy;
  readonly rules: DiscoveryRules;
  /** This node's zone; null: a client stands in none. */
  readonly zone: string | null;
  readonly mode: ModeBehaviour['discovery'];
  /** Is there a catalog to keep a copy of? */
  readonly isKept: boolean;
}

export class Discovery implements Part {
  private readonly io: HandlerContext;
  private readonly book: EvidenceBook;
  private readonly o: DiscoveryOptions;
  readonly subscription: Subscription;
  /** Per service, ascending by instance. A service once known stays, with an empty list. */
  private readonly catalog = new Map<string, readonly CatalogEntry[]>();
  /** Per service: the instances calls go to, as last observed. */
  private readonly routes = new Map<string, readonly NodeId[]>();
  private listed: RoutingSource = 'registry';
  private mode: ModeBehaviour['discovery'];
  /** When contact with the registry was last told of; -1: never. */
  private observedUs = -1;

  constructor(
    io: HandlerContext,
    subscriptions: Subscriptions,
    book: EvidenceBook,
    options: DiscoveryOptions,
  ) {
    this.io = io;
    this.book = book;
    this.o = options;
    this.mode = options.mode;
    this.subscription = subscriptions.open({
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
    this.review();
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

  /** What the lists rest on now. */
  get source(): RoutingSource {
    return this.listed;
  }

  start(): void {
    this.subscription.start();
  }

  refresh(deadlineUs: number): void {
    if (!this.o.isKept) return;
    this.subscription.refresh(deadlineUs);
    this.review();
  }

  /** The mode changed: only on the Floor may the static list be used. */
  setMode(_mode: Mode, { discovery }: ModeBehaviour): void {
    this.mode = discovery;
    this.review();
  }

  /** Looks whether age or mode have changed where lists come from. */
  review(): void {
    const source = this.o.rules.source(this.ageUs, this.mode, this.o.policy);
    if (source === this.listed) return;
    this.listed = source;
    // Lists are about to claim another age: what that rests on is told first.
    const isTold = this.observedUs < 0 || this.observedUs === this.io.nowUs;
    if (!isTold) this.tellContact(true);
    for (const service of this.known()) this.route(service, true);
  }

  private loaded(answer: StoreAnswer): void {
    if (answer.type !== 'instances') return;
    this.contacted();
    const byService = new Map<string, CatalogEntry[]>();
    for (const service of this.catalog.keys()) byService.set(service, []);
    for (const e of answer.instances) {
      const list = byService.get(e.service);
      if (list === undefined) byService.set(e.service, [e]);
      else list.push(e);
    }
    for (const [service, list] of byService) {
      list.sort(byInstance);
      this.catalog.set(service, list);
    }
    for (const service of byService.keys()) this.route(service, false);
  }

  private changed(e: WatchEvent): void {
    if (e.scope !== 'registry') return;
    // A push proves no contact: what it changes may be too old to be called fresh.
    this.review();
    const { service, instance } = e.entry;
    const others = (this.catalog.get(service) ?? []).filter((x) => x.instance !== instance);
    if (this.o.rules.isListed(e.change)) others.push(e.entry);
    others.sort(byInstance);
    this.catalog.set(service, others);
    this.route(service, false);
  }

  private confirmed(): void {
    this.contacted();
    for (const [service, instances] of this.routes) this.issueTable(service, instances, false);
  }

  /** The registry answered: that comes before all that is claimed of its answer. */
  private contacted(): void {
    const { refreshUs } = this.o.policy;
    this.tellContact(this.observedUs < 0 || this.io.nowUs - this.observedUs >= refreshUs);
    this.review();
  }

  /** Evidence of contact, observed once a refresh period. */
  private tellContact(announce: boolean): void {
    const { revision, confirmedUs } = this.subscription;
    if (announce) this.observedUs = this.io.nowUs;
    this.book.issue(
      {
        kind: 'registry-contact',
        subject: 'registry',
        scope: 'local',
        binding: `revision ${revision}`,
        value: { revision },
        lifetimeUs: this.o.policy.mode.registryLostUs,
        freshness: 'bounded-stale',
        staleUsMax: this.ageUs,
      },
      announce,
      confirmedUs,
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
    if (this.listed === 'static') {
      const fixed = instancesOf(this.o.shape, service);
      if (fixed.length > 0) return fixed.filter((i) => this.isNear(i));
    }
    // Who registers from outside has an address that no node calls.
    return (this.catalog.get(service) ?? [])
      .map((e) => e.instance)
      .filter((instance) => typeof instance === 'number');
  }

  private isNear(instance: NodeId): boolean {
    const { zone, shape } = this.o;
    return !this.mode.isLocal || zone === null || shape.nodes[instance]?.zone === zone;
  }

  private issueTable(service: string, instances: readonly NodeId[], announce: boolean): void {
    const p = this.o.policy;
    const freshness: Record<RoutingSource, Freshness> = {
      registry: 'bounded-stale',
      stale: 'eventual',
      static: 'historical',
    };
    const source = this.listed;
    const value: RoutingTable = { source, instances };
    this.book.issue(
      {
        kind: 'routing-table',
        subject: service,
        scope: source === 'static' ? 'local' : 'cluster',
        binding: `${source}, revision ${this.subscription.revision}`,
        value: { ...value },
        lifetimeUs: source === 'registry' ? p.cacheTtlUs : p.mode.registryLostUs,
        freshness: freshness[source],
        staleUsMax: this.o.rules.staleUsMax(source, this.ageUs, p),
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
