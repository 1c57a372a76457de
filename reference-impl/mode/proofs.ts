/** What a node has observed of itself that a step of Recovery may rest on. */
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { CircuitObservation } from '../breaker/observations.ts';
import type { DiscoveredObservation } from '../discovery/observations.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { RoutedObservation } from '../service-client/observations.ts';

export class Proofs {
  private readonly self: number;
  private readonly service: string | null;
  private readonly calls: readonly string[];
  private contactUs = -1;
  private configUs = -1;
  /** Does the registry list this node; is it in the list that calls go by, be it a static one? */
  private isRegistered = false;
  private isDiscovered = false;
  /** By service: when a call to it last succeeded. */
  private readonly succeededUs = new Map<string, number>();
  /** Services whose circuits are not closed. */
  private readonly broken = new Set<string>();

  constructor({ id, shape }: NodeConfig) {
    this.self = id;
    this.service = shape.nodes[id]?.service ?? null;
    this.calls = shape.nodes[id]?.calls ?? [];
  }

  observed(e: Observation, nowUs: number): void {
    if (e.kind === 'evidence') this.took(e.evidence);
    else if (e.kind === 'routed') this.routed(e, nowUs);
    else if (e.kind === 'circuit') this.circuit(e);
    else if (e.kind === 'discovered') this.discovered(e);
  }

  /** Has the registry confirmed itself since then? */
  hasContactSince(us: number): boolean {
    return this.contactUs >= us;
  }

  hasConfigSince(us: number): boolean {
    return this.configUs >= us;
  }

  /** Is this node listed as an instance again? A server is none and always ready. */
  get isListed(): boolean {
    return this.service === null || this.isRegistered;
  }

  /** Has every dependency answered a call since then, and closed its circuit? */
  hasTestedSince(us: number): boolean {
    return this.calls.every((s) => (this.succeededUs.get(s) ?? -1) >= us && !this.broken.has(s));
  }

  get areCircuitsClosed(): boolean {
    return this.broken.size === 0;
  }

  private took(e: Evidence): void {
    if (e.issuer !== this.self) return;
    if (e.kind === 'registry-contact') this.contactUs = e.issuedUs;
    else if (e.kind === 'config') this.configUs = e.issuedUs;
    // A static list is hope, not evidence.
    else if (e.kind === 'routing-table' && e.subject === this.service) {
      if (e.value.source !== 'static') this.isRegistered = this.isDiscovered;
    }
  }

  /** Told before the table that it makes. */
  private discovered({ service, added, removed }: DiscoveredObservation): void {
    if (service !== this.service) return;
    if (removed.includes(this.self)) this.isDiscovered = false;
    if (added.includes(this.self)) this.isDiscovered = true;
  }

  private routed(e: RoutedObservation, nowUs: number): void {
    if (e.instance !== null && e.outcome === 'ok') this.succeededUs.set(e.service, nowUs);
  }

  private circuit(e: CircuitObservation): void {
    if (e.to === 'closed') this.broken.delete(e.service);
    else this.broken.add(e.service);
  }
}
