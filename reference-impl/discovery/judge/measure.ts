/** What the judges measure of a node's lists: their age, and who is missing in them. */
import { instancesOf } from '../../../harness/spec.ts';
import type { ObservationEvent } from '../../../harness/spec.ts';
import { Ages } from '../../mode/judge/ages.ts';
import type { Measured } from '../../mode/judge/measured.ts';
import { Recent } from '../../mode/judge/sliding-window.ts';
import type { FigureMeasure, ModeInputs, Side, Writable } from '../../mode/member.ts';
import type { RoutingTable } from '../observations.ts';

/** Instances of one service, as far as this node counts them. */
interface Pool {
  readonly service: string;
  readonly expected: number;
  readonly alive: Recent<number>;
  /** Once it was complete, a missing instance is missed without a warm-up. */
  completeUs: number;
}

export class DiscoveryMeasure implements FigureMeasure {
  private readonly o: Measured;
  private readonly contacts: Ages;
  private readonly pools: readonly Pool[];

  constructor(of: Measured) {
    this.o = of;
    this.contacts = new Ages(of);
    const { shape } = of.program;
    const spec = shape.nodes[of.node];
    const services = new Set([...(spec?.calls ?? []), ...(spec?.service ? [spec.service] : [])]);
    this.pools = [...services].map((service) => ({
      service,
      expected: instancesOf(shape, service).length,
      alive: new Recent<number>(),
      completeUs: Infinity,
    }));
  }

  observe({ value, timeUs, node }: ObservationEvent): void {
    if (value.kind !== 'evidence' || value.evidence.issuer !== node) return;
    const e = value.evidence;
    if (e.kind === 'registry-contact') this.contacts.confirmed(e, timeUs);
    else if (e.kind === 'routing-table') this.table(e.subject, e.value, timeUs);
  }

  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void {
    i.registryAgeUs = this.contacts.ageUs(side, atUs);
    i.instancesAlive = 1;
    i.instancesExpected = 1;
  }

  /** Which of several short services the node looks at is its own affair. */
  others(side: Side, atUs: number): readonly Partial<ModeInputs>[] {
    if (side === 'best' && this.short('best', atUs).length === 0) return [];
    return this.short('worst', atUs).map((pool) => ({
      instancesAlive: this.alive(pool, side, atUs),
      instancesExpected: pool.expected,
    }));
  }

  thresholdsUs(): readonly number[] {
    const { freshUs, registryLostUs } = this.o.p.policy;
    return [this.contacts.olderUs(freshUs), this.contacts.olderUs(registryLostUs)];
  }

  /** Services that miss an instance, and for which that means something. */
  private short(side: Side, atUs: number): readonly Pool[] {
    const { bornUs, stretch, p } = this.o;
    const { warmUpUs, slackUs } = p;
    const warmUs = bornUs + (side === 'best' ? warmUpUs * stretch : warmUpUs / stretch);
    const armedByUs = side === 'best' ? atUs - slackUs : atUs + slackUs;
    return this.pools.filter((pool) => {
      const isArmed = armedByUs >= Math.min(pool.completeUs, warmUs);
      return isArmed && this.alive(pool, side, atUs) < pool.expected;
    });
  }

  private alive(pool: Pool, side: Side, atUs: number): number {
    const { slackUs } = this.o.p;
    const seen = pool.alive.during(atUs - slackUs, atUs + slackUs, 0);
    return side === 'best' ? Math.max(...seen) : Math.min(...seen);
  }

  /** A static list says nothing about who is alive. */
  private table(service: string, { source, size }: RoutingTable, timeUs: number): void {
    const pool = this.pools.find((p) => p.service === service);
    if (pool === undefined || source === 'static') return;
    pool.alive.add(timeUs, size);
    if (size >= pool.expected) pool.completeUs = Math.min(pool.completeUs, timeUs);
  }
}
