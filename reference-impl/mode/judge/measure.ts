/**
 * What the harness itself measures of a node, from what the node observed: the second opinion.
 *
 * Clocks differ, and what is told takes a moment: each figure is known at its best and at its worst.
 * The matrix's own conditions, asked with the worst, say what may have held; with the best, what held
 * for sure. So every trigger is judged both ways, and none can be forgotten.
 */
import type { Evidence } from '../../evidence/observations.ts';
import { driftFactor, instancesOf } from '../../../harness/spec.ts';
import type { NodeId, ObservationEvent, Program } from '../../../harness/spec.ts';
import { modeMatrix } from '../matrix.ts';
import type { ModeInputs, ModeTrigger } from '../matrix.ts';
import type { CircuitObservation } from '../../breaker/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import type { RoutingTable } from '../../discovery/observations.ts';
import type { ModeParameters } from './parameters.ts';
import { Recent, Slots } from './sliding-window.ts';

type Side = 'best' | 'worst';

interface Rate {
  readonly permille: number;
  readonly issuedUs: number;
  readonly lifetimeUs: number;
}

const noRate: Rate = { permille: 0, issuedUs: 0, lifetimeUs: Infinity };

/** Instances of one service, as far as this node counts them. */
interface Pool {
  readonly service: string;
  readonly expected: number;
  readonly alive: Recent<number>;
  /** Once it was complete, a missing instance is missed without a warm-up. */
  completeUs: number;
}

/** A window is counted in this many slots by the node. */
const slotsInWindow = 60;

export class Measure {
  private readonly p: ModeParameters;
  private readonly bornUs: number;
  /** By how much a clock may be wrong about a long time. */
  private readonly stretch: number;
  private readonly pools: readonly Pool[];
  private readonly contacts = new Recent<number>();
  private readonly configs = new Recent<number>();
  private readonly rates = new Recent<Rate>();
  private readonly succeeded: Slots;
  private readonly failed: Slots;
  private readonly trips: Slots;
  /** True time minus the node's clock, as last seen. */
  private offsetUs = 0;

  constructor(node: NodeId, bornUs: number, p: ModeParameters, program: Program) {
    this.p = p;
    this.bornUs = bornUs;
    this.stretch = driftFactor(program);
    const slotUs = p.windowUs / slotsInWindow;
    this.succeeded = new Slots(slotUs);
    this.failed = new Slots(slotUs);
    this.trips = new Slots(slotUs);
    const spec = program.shape.nodes[node];
    const services = new Set([...(spec?.calls ?? []), ...(spec?.service ? [spec.service] : [])]);
    this.pools = [...services].map((service) => ({
      service,
      expected: instancesOf(program.shape, service).length,
      alive: new Recent<number>(),
      completeUs: Infinity,
    }));
  }

  observe({ value, timeUs, node }: ObservationEvent): void {
    if (value.kind === 'evidence') {
      if (value.evidence.issuer === node) this.evidence(value.evidence, timeUs);
    } else if (value.kind === 'routed') this.routed(value, timeUs);
    else if (value.kind === 'circuit') this.circuit(value, timeUs);
  }

  /** The true time of what the node stamped with its own clock. */
  trueUs(localUs: number): number {
    return localUs + this.offsetUs;
  }

  /** When the registry was last in contact, by what had been seen at `atUs`. */
  contactUs(atUs: number): number {
    return Math.max(this.bornUs, this.contacts.at(atUs) ?? this.bornUs);
  }

  /** Might `t` have held at `atUs`? */
  mayHold(t: ModeTrigger, atUs: number): boolean {
    return this.mayAnyHold([t], atUs);
  }

  /** Might any of `triggers` have held at `atUs`? */
  mayAnyHold(triggers: readonly ModeTrigger[], atUs: number): boolean {
    const i = this.inputs('worst', atUs);
    const pools = this.short('worst', atUs);
    return triggers.some(
      (t) =>
        t.holds(i, this.p.policy) || pools.some((pool) => this.holdsFor(t, i, pool, 'worst', atUs)),
    );
  }

  /** Triggers that held at `atUs` whatever slack decides, in the matrix's order. */
  heldForSure(atUs: number): readonly ModeTrigger[] {
    const i = this.inputs('best', atUs);
    const isShort = this.short('best', atUs).length > 0;
    // Which of several short pools the node looks at is its own affair: it must hold for all.
    const pools = isShort ? this.short('worst', atUs) : [];
    return modeMatrix.filter(
      (t) =>
        t.holds(i, this.p.policy) ||
        (isShort && pools.every((pool) => this.holdsFor(t, i, pool, 'best', atUs))),
    );
  }

  /** Instants after which an age makes a trigger hold though nothing is observed. */
  thresholdsUs(): number[] {
    const { freshUs, registryLostUs, propagationUs } = this.p.policy;
    const { slackUs } = this.p;
    const after = (us: number, ageUs: number): number => us + (ageUs + slackUs) * this.stretch + 2;
    const contactUs = this.contacts.at(Infinity) ?? this.bornUs;
    const configUs = this.configs.at(Infinity) ?? this.bornUs;
    return [
      after(contactUs, freshUs),
      after(contactUs, registryLostUs),
      after(configUs, propagationUs),
    ];
  }

  /** The figures that the matrix asks for, but for the instances. */
  private inputs(side: Side, atUs: number): ModeInputs {
    return {
      registryAgeUs: this.ageUs(this.contacts, side, atUs),
      configAgeUs: this.ageUs(this.configs, side, atUs),
      hasConfigCache: this.configs.at(this.knownUs(side, atUs)) !== undefined,
      failurePermille: this.failurePermille(side, atUs),
      checkFailurePermille: this.checkPermille(side, atUs),
      tripsPerMinute: this.inWindow(this.trips, side === 'best' ? 'least' : 'most', atUs),
      instancesAlive: 1,
      instancesExpected: 1,
    };
  }

  /** Good news counts early for the best figures, late for the worst. */
  private knownUs(side: Side, atUs: number): number {
    return side === 'best' ? atUs + this.p.slackUs : atUs - this.p.slackUs;
  }

  private ageUs(seen: Recent<number>, side: Side, atUs: number): number {
    const lastUs = Math.max(this.bornUs, seen.at(this.knownUs(side, atUs)) ?? this.bornUs);
    const ageUs = Math.max(0, atUs - lastUs);
    if (side === 'worst') return ageUs * this.stretch + this.p.slackUs;
    return ageUs / this.stretch - this.p.slackUs;
  }

  private failurePermille(side: Side, atUs: number): number {
    const [bad, good] =
      side === 'best' ? (['least', 'most'] as const) : (['most', 'least'] as const);
    const failed = this.inWindow(this.failed, bad, atUs);
    const succeeded = this.inWindow(this.succeeded, good, atUs);
    const sent = failed + this.inWindow(this.succeeded, bad, atUs);
    return sent < this.p.callsMin ? 0 : (failed * 1_000) / (failed + succeeded);
  }

  private inWindow(slots: Slots, bound: 'least' | 'most', atUs: number): number {
    const { windowUs, slackUs } = this.p;
    // The node's own window is up to a slot short.
    if (bound === 'most') return slots.count(atUs - windowUs - slackUs, atUs + slackUs, bound);
    const shortUs = windowUs - windowUs / slotsInWindow - slackUs;
    return slots.count(atUs - shortUs, atUs - slackUs, bound);
  }

  private checkPermille(side: Side, atUs: number): number {
    const { slackUs } = this.p;
    const seen = this.rates.during(atUs - slackUs, atUs + slackUs, noRate);
    const permilles = seen.map((r) => {
      const ageUs = atUs - this.trueUs(r.issuedUs);
      const isOver =
        side === 'best'
          ? ageUs * this.stretch + slackUs >= r.lifetimeUs
          : ageUs / this.stretch - slackUs >= r.lifetimeUs;
      return isOver ? 0 : r.permille;
    });
    return side === 'best' ? Math.min(...permilles) : Math.max(...permilles);
  }

  /** Services that miss an instance, and for which that means something. */
  private short(side: Side, atUs: number): readonly Pool[] {
    const { warmUpUs, slackUs } = this.p;
    const warmUs =
      this.bornUs + (side === 'best' ? warmUpUs * this.stretch : warmUpUs / this.stretch);
    const armedByUs = side === 'best' ? atUs - slackUs : atUs + slackUs;
    return this.pools.filter((pool) => {
      const isArmed = armedByUs >= Math.min(pool.completeUs, warmUs);
      return isArmed && this.alive(pool, side, atUs) < pool.expected;
    });
  }

  private alive(pool: Pool, side: Side, atUs: number): number {
    const seen = pool.alive.during(atUs - this.p.slackUs, atUs + this.p.slackUs, 0);
    return side === 'best' ? Math.max(...seen) : Math.min(...seen);
  }

  private holdsFor(t: ModeTrigger, i: ModeInputs, pool: Pool, side: Side, atUs: number): boolean {
    const instancesAlive = this.alive(pool, side, atUs);
    return t.holds({ ...i, instancesAlive, instancesExpected: pool.expected }, this.p.policy);
  }

  private evidence(e: Evidence, timeUs: number): void {
    if (e.kind === 'registry-contact') {
      this.offsetUs = timeUs - (e.issuedUs + e.staleUsMax);
      this.contacts.add(timeUs, timeUs - e.staleUsMax);
    } else if (e.kind === 'config') {
      this.configs.add(timeUs, timeUs - e.staleUsMax);
    } else if (e.kind === 'health' && typeof e.value === 'object') {
      const { permille } = e.value;
      this.rates.add(timeUs, { permille, issuedUs: e.issuedUs, lifetimeUs: e.lifetimeUs });
    } else if (e.kind === 'routing-table') this.table(e.subject, e.value, timeUs);
  }

  /** A static list says nothing about who is alive. */
  private table(service: string, { source, size }: RoutingTable, timeUs: number): void {
    const pool = this.pools.find((p) => p.service === service);
    if (pool === undefined || source === 'static') return;
    pool.alive.add(timeUs, size);
    if (size >= pool.expected) pool.completeUs = Math.min(pool.completeUs, timeUs);
  }

  private routed(r: RoutedObservation, timeUs: number): void {
    // Only calls really sent.
    if (r.instance === null) return;
    if (r.outcome === 'ok') this.succeeded.add(timeUs);
    else this.failed.add(timeUs);
  }

  private circuit(c: CircuitObservation, timeUs: number): void {
    // What the mode holds open has not tripped.
    if (c.to === 'open' && !c.isForced) this.trips.add(timeUs);
  }
}
