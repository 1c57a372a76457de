/**
 * Measures a node by what its own components observe, and gives the figures that the matrix asks for.
 */
import { isInForce } from '../evidence/observations.ts';
import type { Evidence, EvidenceOf } from '../evidence/observations.ts';

import type { ModeInputs, ModeRow } from './matrix.ts';
import type { CircuitObservation } from '../breaker/observations.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { RoutedObservation } from '../service-client/observations.ts';
import { instancesOf } from '../../harness/core/program.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { DiscoveredObservation, RoutingTable } from '../discovery/observations.ts';
import type { Policy } from '../config.ts';
import { SlidingCount } from './window.ts';

/** Fewer calls than this in the window are no rate: one failure of one would be 100 %. */
const callsMin = 10;

interface Pool {
  readonly service: string;
  readonly expected: number;
  alive: number;
  isSelfListed: boolean;
  /** The same of the list that calls go by, which may be a static one. */
  isSelfDiscovered: boolean;
  /** Its absence means something: it was complete once, or had the time to be. */
  isArmed: boolean;
  /** When a call to it last succeeded; -1: never. */
  succeededUs: number;
}

export class Gauge {
  private readonly self: number;
  private readonly policy: Policy;
  private readonly service: string | null;
  private readonly calls: readonly string[];
  private readonly pools: readonly Pool[];
  private readonly sent: SlidingCount;
  private readonly failed: SlidingCount;
  private readonly trips: SlidingCount;
  /** Services whose circuits are not closed. */
  private readonly broken = new Set<string>();
  private startUs = 0;
  private contact: Evidence | null = null;
  private config: Evidence | null = null;
  private checks: EvidenceOf<'health'> | null = null;
  /** The newest routing table of each service that this node depends on. */
  private readonly tables = new Map<string, Evidence>();

  constructor(config: NodeConfig, policy: Policy) {
    const spec = config.shape.nodes[config.id];
    this.self = config.id;
    this.policy = policy;
    this.service = spec?.service ?? null;
    this.calls = spec?.calls ?? [];
    const services = [
      ...new Set([...this.calls, ...(this.service === null ? [] : [this.service])]),
    ];
    this.pools = services.map((service) => ({
      service,
      expected: instancesOf(config.shape, service).length,
      alive: 0,
      isSelfListed: false,
      isSelfDiscovered: false,
      isArmed: false,
      succeededUs: -1,
    }));
    this.sent = new SlidingCount(policy.rateWindowUs);
    this.failed = new SlidingCount(policy.rateWindowUs);
    this.trips = new SlidingCount(policy.rateWindowUs);
  }

  start(nowUs: number): void {
    this.startUs = nowUs;
  }

  observed(e: Observation, nowUs: number): void {
    const known = e as Observation;
    if (known.kind === 'evidence') this.took(known.evidence);
    else if (known.kind === 'routed') this.routed(known, nowUs);
    else if (known.kind === 'circuit') this.circuit(known, nowUs);
    else if (known.kind === 'discovered') this.discovered(known);
  }

  inputs(nowUs: number): ModeInputs {
    const sent = this.sent.count(nowUs);
    const pool = this.poorest(nowUs);
    return {
      registryAgeUs: nowUs - (this.contact?.issuedUs ?? this.startUs),
      configAgeUs: nowUs - (this.config?.issuedUs ?? this.startUs),
      hasConfigCache: this.config !== null,
      failurePermille: sent < callsMin ? 0 : Math.floor((this.failed.count(nowUs) * 1000) / sent),
      checkFailurePermille: this.checkFailures(nowUs),
      tripsPerMinute: this.trips.count(nowUs),
      instancesAlive: pool?.alive ?? 1,
      instancesExpected: pool?.expected ?? 1,
    };
  }

  /** The evidence behind one row of the matrix. A decision must check whether it is in force. */
  behind(row: ModeRow): Evidence[] {
    const held = {
      discovery: [this.contact, this.checks],
      config: [this.config],
      resilience: [],
      load: [...this.tables.values()],
    }[row];
    return held.flatMap((e) => e ?? []);
  }

  /** Has the registry confirmed itself since then? */
  hasContactSince(us: number): boolean {
    return this.contact !== null && this.contact.issuedUs >= us;
  }

  hasConfigSince(us: number): boolean {
    return this.config !== null && this.config.issuedUs >= us;
  }

  /** Is this node listed as an instance again? A server is none and always ready. */
  get isListed(): boolean {
    return this.pools.every((p) => p.service !== this.service || p.isSelfListed);
  }

  /** Has every dependency answered a call since then, and closed its circuit? */
  hasTestedSince(us: number): boolean {
    return this.pools.every(
      (p) =>
        !this.calls.includes(p.service) || (p.succeededUs >= us && !this.broken.has(p.service)),
    );
  }

  get areCircuitsClosed(): boolean {
    return this.broken.size === 0;
  }

  private took(e: Evidence): void {
    if (e.issuer !== this.self) return;
    if (e.kind === 'registry-contact') this.contact = e;
    else if (e.kind === 'config') this.config = e;
    else if (e.kind === 'health' && e.subject === 'checks') this.checks = e;
    else if (e.kind === 'routing-table' && this.pools.some((p) => p.service === e.subject)) {
      this.tables.set(e.subject, e);
      this.counted(e.subject, e.value);
    }
  }

  /** Told before the table that it makes. */
  private discovered({ service, added, removed }: DiscoveredObservation): void {
    const pool = this.pools.find((p) => p.service === service);
    if (pool === undefined) return;
    if (removed.includes(this.self)) pool.isSelfDiscovered = false;
    if (added.includes(this.self)) pool.isSelfDiscovered = true;
  }

  private circuit(e: CircuitObservation, nowUs: number): void {
    if (e.to === 'closed') this.broken.delete(e.service);
    else this.broken.add(e.service);
    // What the Floor holds open has not tripped.
    if (e.to === 'open' && !e.isForced) this.trips.add(nowUs);
  }

  private routed(e: RoutedObservation, nowUs: number): void {
    // Only calls really sent: what was refused or shed says nothing about the service.
    if (e.instance === null) return;
    this.sent.add(nowUs);
    if (e.outcome !== 'ok') return this.failed.add(nowUs);
    const pool = this.pools.find((p) => p.service === e.service);
    if (pool !== undefined) pool.succeededUs = nowUs;
  }

  /** A static list is hope, not evidence: it must not clear the cause that led to its use. */
  private counted(service: string, table: RoutingTable): void {
    const pool = this.pools.find((p) => p.service === service);
    if (pool === undefined || table.source === 'static') return;
    pool.alive = table.size;
    pool.isSelfListed = pool.isSelfDiscovered;
    if (pool.alive >= pool.expected) pool.isArmed = true;
  }

  private checkFailures(nowUs: number): number {
    if (this.checks === null || !isInForce(this.checks, nowUs)) return 0;
    const { value } = this.checks;
    return typeof value === 'object' ? value.permille : 0;
  }

  /** Of the pools that miss somebody, the one with the fewest; null when all are complete. */
  private poorest(nowUs: number): Pool | null {
    const isWarm = nowUs - this.startUs >= this.policy.warmUpUs;
    let found: Pool | null = null;
    for (const p of this.pools) {
      if (isWarm) p.isArmed = true;
      if (!p.isArmed || p.alive >= p.expected) continue;
      if (found === null || p.alive < found.alive) found = p;
    }
    return found;
  }
}
