/**
 * What one node has shown that a step of Recovery may rest on. All times are of its own clock: a slow
 * disk keeps back what it says of its steps, so the order in which things are told proves nothing.
 */
import { formatDuration, unreachable } from '../../../harness/spec.ts';
import type { NodeId, ObservationEvent, Program } from '../../../harness/spec.ts';
import type { Evidence } from '../../evidence/observations.ts';
import type { RecoveryProof } from '../matrix.ts';
import type { RoutingTable } from '../../discovery/observations.ts';
import type { ModeParameters } from './parameters.ts';

export interface StepTimes {
  /** As long as they are in this run. */
  readonly p: ModeParameters;
  readonly recoveryUs: number;
  readonly beganUs: number;
  readonly nowUs: number;
  /** What can end (being listed, a closed circuit) lasted until then at least; Infinity: it lasts. */
  readonly lastedUs: number;
}

const never = -Infinity;

export class Proofs {
  private readonly node: NodeId;
  private readonly service: string | null;
  private readonly calls: readonly string[];
  private contactUs = never;
  private configUs = never;
  /** Is it in the list that calls go by, be it a static one? */
  private isDiscovered = false;
  /** Until when the registry listed this node; Infinity: it does. */
  private listedUs = never;
  /** By service: the end of the last call that was answered. */
  private readonly answeredUs = new Map<string, number>();
  /** By service: until when its circuit was closed; Infinity, and those never told of: it is. */
  private readonly closedUs = new Map<string, number>();

  constructor(node: NodeId, program: Program) {
    const spec = program.shape.nodes[node];
    this.node = node;
    this.service = spec?.service ?? null;
    this.calls = spec?.calls ?? [];
  }

  observe({ value }: ObservationEvent): void {
    if (value.kind === 'routed' && value.outcome === 'ok') {
      this.answeredUs.set(value.service, value.sentUs + value.tookUs);
    }
    if (value.kind === 'discovered' && value.service === this.service) {
      if (value.removed.includes(this.node)) this.isDiscovered = false;
      if (value.added.includes(this.node)) this.isDiscovered = true;
    }
    if (value.kind === 'evidence' && value.evidence.issuer === this.node) this.took(value.evidence);
  }

  /** What is missing of `proof`, in words; null: it was shown. */
  lacking(proof: RecoveryProof, t: StepTimes): string | null {
    switch (proof) {
      case 'answered':
        return this.lacksContact(t.recoveryUs);
      case 'listed':
        if (this.service === null || this.listedUs >= t.lastedUs) return null;
        return `no list of ${this.service} that the registry gave since then names it`;
      case 'confirmed':
        return this.lacksConfig(t.recoveryUs) ?? this.lacksContact(t.recoveryUs);
      case 'tested':
        return this.lacksTest(t);
      case 'lasted':
        // A microsecond is rounding: the node divides its times, too.
        return t.nowUs - t.beganUs >= t.p.rampUs - 1
          ? null
          : `${formatDuration(t.p.rampUs)} is its length`;
      case 'stable':
        if (t.nowUs - t.recoveryUs < t.p.policy.stableUs - 1) {
          return `Recovery takes ${formatDuration(t.p.policy.stableUs)}`;
        }
        return this.lacksClosed(t.lastedUs);
      default:
        return unreachable(proof);
    }
  }

  private lacksContact(sinceUs: number): string | null {
    if (this.contactUs >= sinceUs) return null;
    return `the registry last answered ${this.contactUs === never ? 'before its process started' : `at ${formatDuration(this.contactUs)}`}`;
  }

  private lacksConfig(sinceUs: number): string | null {
    if (this.configUs >= sinceUs) return null;
    return `configuration was last confirmed ${this.configUs === never ? 'before its process started' : `at ${formatDuration(this.configUs)}`}`;
  }

  private lacksTest({ beganUs, lastedUs }: StepTimes): string | null {
    const silent = this.calls.find((s) => (this.answeredUs.get(s) ?? never) < beganUs);
    if (silent !== undefined) return `${silent} answered no call meanwhile`;
    return this.lacksClosed(lastedUs, this.calls);
  }

  private lacksClosed(
    sinceUs: number,
    services: Iterable<string> = this.closedUs.keys(),
  ): string | null {
    for (const s of services) {
      if ((this.closedUs.get(s) ?? Infinity) < sinceUs) return `the circuit to ${s} was not closed`;
    }
    return null;
  }

  private took(e: Evidence): void {
    if (e.kind === 'registry-contact') this.contactUs = Math.max(this.contactUs, e.issuedUs);
    else if (e.kind === 'config') this.configUs = Math.max(this.configUs, e.issuedUs);
    else if (e.kind === 'circuit') {
      if (e.value === 'closed') this.closedUs.set(e.subject, Infinity);
      else if ((this.closedUs.get(e.subject) ?? Infinity) === Infinity) {
        this.closedUs.set(e.subject, e.issuedUs);
      }
    } else if (e.kind === 'routing-table' && e.subject === this.service)
      this.table(e.value, e.issuedUs);
  }

  /** A static list is hope, not evidence. */
  private table({ source }: RoutingTable, issuedUs: number): void {
    if (source === 'static') return;
    if (this.isDiscovered) this.listedUs = Infinity;
    else if (this.listedUs === Infinity) this.listedUs = issuedUs;
  }
}
