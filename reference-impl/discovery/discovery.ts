/**
 * The discovery cache (requirement D4): this client's copy of the whole catalog.
 *
 * It serves from memory, always. Fresh while the registry answers; stale, with its age, when it does
 * not; and when even that may no longer be used (mode Floor), from the static list of the shape.
 */
import type { Freshness } from '../evidence/observations.ts';
import type { Part } from '../agent/part.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import type { Description, NodeId } from '../../harness/core/host.ts';
import type { DiscoveryBehaviour } from './mode.ts';
import { ascending, changedBy, changedTo, type ListChange } from './ascending.ts';
import { digestOf } from './observations.ts';
import type { RoutingSource, RoutingTable } from './observations.ts';
import { Digest, hashOfEntry } from '../store/digest.ts';
import { instancesOf, servicesOf } from '../../harness/core/program.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { Policy } from '../config.ts';
import type { StoreAnswer, WatchEvent } from '../store/answered.ts';
import type { CatalogEntry, InstanceId } from '../store/asked.ts';
import { byInstance } from '../store/tables/registry.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';

type RegistryChange = Extract<WatchEvent, { readonly scope: 'registry' }>['change'];

/** What discovery decides; a mutant overrides one. */
export interface DiscoveryRules {
  /** Where the list comes from when the registry last confirmed it `ageUs` ago. */
  source(ageUs: number, mode: DiscoveryBehaviour, policy: Policy): RoutingSource;
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
  readonly mode: DiscoveryBehaviour;
  /** Is there a catalog to keep a copy of? */
  readonly isKept: boolean;
  /** Are lists always those that were written down when the cluster was set up? */
  readonly isStatic: boolean;
}

interface Route {
  /** Ascending. */
  readonly instances: readonly NodeId[];
  readonly digest: number;
}

export class Discovery implements Part {
  private readonly io: HandlerContext;
  private readonly book: EvidenceBook;
  private readonly o: DiscoveryOptions;
  readonly subscription: Subscription;
  private readonly catalog = new Map<string, Map<InstanceId, CatalogEntry>>();
  private readonly digest = new Digest();
  /** Per service: where calls go, as last observed. Of services that neither shape nor catalog has: none. */
  private readonly routes = new Map<string, Route>();
  private readonly ofShape: ReadonlySet<string>;
  private listed: RoutingSource = 'registry';
  private mode: DiscoveryBehaviour;
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
    this.ofShape = servicesOf(options.shape);
    this.subscription = subscriptions.open({
      scope: 'registry',
      prefix: '',
      load: { f: 'lookup', service: '', consistency: 'default' },
      loaded: (answer) => this.loaded(answer),
      confirmed: () => this.confirmed(),
      changed: (events) => this.changed(events),
      digest: () => this.digest.value,
    });
  }

  /** Instances of `service` that calls may go to, ascending; empty when none is known. */
  instances(service: string): readonly NodeId[] {
    this.review();
    return this.routes.get(service)?.instances ?? [];
  }

  /** Everything that is cached, for people. */
  entries(): CatalogEntry[] {
    return [...this.catalog.values()].flatMap((entries) => [...entries.values()].sort(byInstance));
  }

  /** What is cached of one service, in order. */
  entriesOf(service: string): CatalogEntry[] {
    return [...(this.catalog.get(service)?.values() ?? [])].sort(byInstance);
  }

  /** Where calls of each service would go, and what that rests on. */
  describe(): Description {
    const { routes } = this;
    if (routes.size === 0) return {};
    return {
      'lists from': this.listed,
      ...Object.fromEntries([...routes].map(([name, r]) => [`${name} at`, r.instances])),
    };
  }

  zoneOf(service: string, instance: NodeId): string | null {
    return this.catalog.get(service)?.get(instance)?.zone ?? null;
  }

  get ageUs(): number {
    return this.io.nowUs - this.subscription.confirmedUs;
  }

  /** What the lists rest on now. */
  get source(): RoutingSource {
    return this.listed;
  }

  start(): void {
    if (!this.o.isStatic) this.subscription.start();
  }

  refresh(deadlineUs: number): void {
    if (!this.o.isKept) return;
    if (!this.o.isStatic) this.subscription.refresh(deadlineUs);
    this.review();
  }

  /** The mode changed: only on the Floor may the static list be used. */
  setMode(_mode: Mode, { discovery }: ModeBehaviours): void {
    this.mode = discovery;
    this.review();
  }

  /** Looks whether age or mode have changed where lists come from. */
  review(): void {
    const { rules, policy, isStatic } = this.o;
    const source = isStatic ? 'static' : rules.source(this.ageUs, this.mode, policy);
    if (source === this.listed) return;
    this.listed = source;
    // Lists are about to claim another age: what that rests on is told first.
    const isTold = this.observedUs < 0 || this.observedUs === this.io.nowUs;
    if (!isTold) this.tellContact(true);
    for (const service of this.known()) this.route(service, this.subscription.revision, true);
  }

  private loaded(answer: StoreAnswer): void {
    if (answer.type !== 'instances') return;
    this.contacted();
    const services = new Set(this.catalog.keys());
    this.catalog.clear();
    this.digest.value = 0;
    for (const e of answer.instances) {
      services.add(e.service);
      this.put(e);
    }
    for (const service of services) this.route(service, answer.revision);
  }

  private changed(events: readonly WatchEvent[]): void {
    // A push proves no contact: what it changes may be too old to be called fresh.
    this.review();
    const touched = new Map<string, { ids: Set<NodeId>; revision: number }>();
    for (const e of events) {
      if (e.scope !== 'registry') continue;
      if (this.o.rules.isListed(e.change)) this.put(e.entry);
      else this.remove(e.entry);
      const { service, instance } = e.entry;
      const t = touched.get(service) ?? { ids: new Set(), revision: 0 };
      touched.set(service, t);
      t.revision = e.revision;
      if (typeof instance === 'number') t.ids.add(instance);
    }
    for (const [service, { ids, revision }] of touched) this.reroute(service, ids, revision);
  }

  private put(entry: CatalogEntry): void {
    const { service, instance } = entry;
    this.remove(entry);
    const entries = this.catalog.get(service) ?? new Map<InstanceId, CatalogEntry>();
    this.catalog.set(service, entries.set(instance, entry));
    this.digest.add(hashOfEntry(entry));
  }

  private remove({ service, instance }: CatalogEntry): void {
    const entries = this.catalog.get(service);
    const held = entries?.get(instance);
    if (entries === undefined || held === undefined) return;
    this.digest.remove(hashOfEntry(held));
    entries.delete(instance);
    if (entries.size === 0) this.catalog.delete(service);
  }

  private confirmed(): void {
    this.contacted();
    for (const [service, route] of this.routes) this.issueTable(service, route, false);
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
  private route(service: string, revision: number, isSourceNew = false): void {
    const before = this.routes.get(service);
    const change = changedTo(before?.instances ?? [], this.list(service));
    const isSame = change.added.length === 0 && change.removed.length === 0;
    if (isSame && !(isSourceNew && before !== undefined)) return;
    this.take(service, change, revision);
  }

  /** As `route`, where only these instances may have come or gone. */
  private reroute(service: string, touched: ReadonlySet<NodeId>, revision: number): void {
    const before = this.routes.get(service);
    if (before === undefined || this.listed === 'static') {
      this.route(service, revision);
      return;
    }
    const held = this.catalog.get(service);
    const change = changedBy(before.instances, touched, (i) => held?.has(i) ?? false);
    if (change.added.length + change.removed.length > 0) this.take(service, change, revision);
  }

  private take(service: string, change: ListChange, revision: number): void {
    const { instances, added, removed } = change;
    const held = this.routes.get(service)?.digest ?? 0;
    const digest = (held + digestOf(added) - digestOf(removed)) >>> 0;
    if (added.length + removed.length > 0) {
      const size = instances.length;
      this.io.observe({ kind: 'discovered', service, added, removed, size, digest, revision });
    }
    const route = { instances, digest };
    this.routes.set(service, route);
    this.issueTable(service, route, true);
    if (instances.length === 0 && !this.ofShape.has(service)) this.forget(service);
  }

  /** Names come and go: of one that nobody has any more nothing is kept. */
  private forget(service: string): void {
    this.routes.delete(service);
    this.book.forget('routing-table', service);
  }

  private list(service: string): readonly NodeId[] {
    if (this.listed === 'static') {
      const fixed = instancesOf(this.o.shape, service);
      if (fixed.length > 0) return fixed.filter((i) => this.isNear(i));
    }
    const nodes: NodeId[] = [];
    // Who registers from outside has an address that no node calls.
    for (const i of this.catalog.get(service)?.keys() ?? [])
      if (typeof i === 'number') nodes.push(i);
    return ascending(nodes);
  }

  private isNear(instance: NodeId): boolean {
    const { zone, shape } = this.o;
    return !this.mode.isLocal || zone === null || shape.nodes[instance]?.zone === zone;
  }

  private issueTable(service: string, { instances, digest }: Route, announce: boolean): void {
    const p = this.o.policy;
    const freshness: Record<RoutingSource, Freshness> = {
      registry: 'bounded-stale',
      stale: 'eventual',
      static: 'historical',
    };
    const source = this.listed;
    const value: RoutingTable = { source, size: instances.length, digest };
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
    const names = new Set([...this.catalog.keys(), ...this.ofShape]);
    return [...names].sort((a, b) => (a < b ? -1 : 1));
  }
}
