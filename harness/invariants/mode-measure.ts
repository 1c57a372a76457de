/** What the harness itself measures of a node, from what the node observed: the second opinion. */
import type { ObservationEvent } from '../core/history.ts';
import type { Json, NodeId } from '../core/host.ts';
import type { Evidence } from '../core/evidence.ts';
import type { ModePolicy } from '../core/mode.ts';
import { instancesOf, type Program } from '../core/program.ts';

/** Something seen, with when it was seen. */
interface Seen<T> {
  readonly atUs: number;
  readonly value: T;
}

const seenMax = 256;

/** The last few values of something. */
class Recent<T> {
  private readonly items: Seen<T>[] = [];

  add(atUs: number, value: T): void {
    if (this.items.length >= seenMax) this.items.shift();
    this.items.push({ atUs, value });
  }

  /** Those that held at some moment of the interval: seen in it, and the last one before it. */
  during(fromUs: number, toUs: number): T[] {
    const before = this.items.findLast((s) => s.atUs < fromUs);
    const within = this.items.filter((s) => s.atUs >= fromUs && s.atUs <= toUs);
    return [...(before === undefined ? [] : [before]), ...within].map((s) => s.value);
  }

  count(fromUs: number, toUs: number): number {
    return this.items.filter((s) => s.atUs >= fromUs && s.atUs <= toUs).length;
  }

  get last(): T | undefined {
    return this.items.at(-1)?.value;
  }
}

export interface MeasureOptions {
  readonly policy: ModePolicy;
  readonly windowUs: number;
  /** Between a fact and what is observed of it, µs. */
  readonly slackUs: number;
  readonly program: Program;
}

export class Measure {
  readonly bornUs: number;
  private readonly o: MeasureOptions;
  private readonly contacts = new Recent<number>();
  private readonly configs = new Recent<number>();
  private readonly checks = new Recent<number>();
  private readonly sent = new Recent<boolean>();
  private readonly trips = new Recent<true>();
  private readonly lists = new Map<string, Recent<number>>();
  /** Services whose instances this node counts: those it calls, and its own. */
  private readonly services: readonly string[];
  /** True time minus the node's clock, as last seen. */
  private offsetUs = 0;
  /** By service: since when its list has been short, and whether that means anything yet. */
  private readonly shortUs = new Map<string, number>();
  private readonly wasComplete = new Set<string>();

  constructor(node: NodeId, bornUs: number, options: MeasureOptions) {
    this.bornUs = bornUs;
    this.o = options;
    const spec = options.program.shape.nodes[node];
    this.services = [...new Set([...(spec?.calls ?? []), spec?.service ?? ''])].filter((s) => s);
  }

  observe({ value, timeUs }: ObservationEvent): void {
    if (value.kind === 'evidence') this.evidence(value.evidence, timeUs);
    else if (value.kind === 'circuit' && value.to === 'open') this.trips.add(timeUs, true);
    else if (value.kind === 'discovered') this.list(value.service, value.instances.length, timeUs);
    else if (value.kind === 'routed' && value.instance !== null && value.outcome !== 'refused') {
      this.sent.add(timeUs, value.outcome === 'ok');
    }
  }

  /** The true time of what the node stamped with its own clock. */
  trueUs(localUs: number): number {
    return localUs + this.offsetUs;
  }

  /** When the registry was last in contact, by what had been seen at `atUs`. */
  contactUs(atUs: number): number {
    return Math.max(this.bornUs, ...this.contacts.during(atUs, atUs));
  }

  configUs(atUs: number): number {
    return Math.max(this.bornUs, ...this.configs.during(atUs, atUs));
  }

  /** The earliest contact that may have counted around `atUs`: in favour of whoever was alarmed. */
  private staleSinceUs(recent: Recent<number>, atUs: number): number {
    const known = recent.during(atUs - this.o.slackUs, atUs - this.o.slackUs);
    return Math.max(this.bornUs, ...known);
  }

  /** Could trigger `id`, claimed with `inputs`, have held around `atUs`? Null when nothing is known. */
  supports(id: string, inputs: Readonly<Record<string, Json>>, atUs: number): boolean | null {
    const { policy, slackUs } = this.o;
    const registryAge = atUs + slackUs - this.staleSinceUs(this.contacts, atUs);
    const configAge = atUs + slackUs - this.staleSinceUs(this.configs, atUs);
    switch (id) {
      case 'registry-lost':
        return registryAge >= policy.registryLostUs;
      case 'evidence-stale':
        return registryAge >= policy.freshUs;
      case 'config-down':
      case 'propagation-slow':
        return configAge >= policy.propagationUs;
      case 'failures-majority':
        return this.failurePermille(atUs, slackUs).permille >= 350;
      case 'trips':
        return this.tripCount(atUs, slackUs) > 3;
      case 'checks-failing':
        return this.checks.during(atUs - slackUs, atUs + slackUs).some((p) => p > 100);
      case 'last-instance':
      case 'instance-lost':
        return this.services.some((s) => this.hasHad(s, inputs, atUs));
      default:
        return null;
    }
  }

  private hasHad(service: string, inputs: Readonly<Record<string, Json>>, atUs: number): boolean {
    const { slackUs, program } = this.o;
    if (instancesOf(program.shape, service).length !== inputs['instancesExpected']) return false;
    const sizes = this.lists.get(service)?.during(atUs - slackUs, atUs + slackUs) ?? [0];
    return sizes.includes(Number(inputs['instancesAlive']));
  }

  /** Calls that ended in the window before `atUs`, give or take `slackUs`. */
  failurePermille(atUs: number, slackUs: number): { permille: number; sent: number } {
    const fromUs = atUs - this.o.windowUs - slackUs;
    const all = this.sent.during(fromUs, atUs + slackUs);
    const failed = all.filter((isOk) => !isOk).length;
    return { sent: all.length, permille: all.length === 0 ? 0 : (failed * 1000) / all.length };
  }

  tripCount(atUs: number, slackUs: number): number {
    return this.trips.count(atUs - this.o.windowUs - slackUs, atUs + slackUs);
  }

  get checkPermille(): number {
    return this.checks.last ?? 0;
  }

  /** Since when some service has been short of instances without doubt; null: it is not. */
  shortSinceUs(warmUpUs: number): number | null {
    let sinceUs: number | null = null;
    for (const service of this.services) {
      const size = this.lists.get(service)?.last;
      const fromUs = this.shortUs.get(service);
      if (size === undefined || fromUs === undefined) continue;
      const armedUs = this.wasComplete.has(service) ? fromUs : this.bornUs + warmUpUs;
      const shortUs = Math.max(fromUs, armedUs);
      sinceUs = sinceUs === null ? shortUs : Math.min(sinceUs, shortUs);
    }
    return sinceUs;
  }

  get isShort(): boolean {
    return this.services.some((s) => this.shortUs.has(s) || !this.lists.has(s));
  }

  private evidence(e: Evidence, timeUs: number): void {
    if (e.kind === 'registry-contact') {
      this.offsetUs = timeUs - (e.issuedUs + e.staleUsMax);
      this.contacts.add(timeUs, timeUs - e.staleUsMax);
    } else if (e.kind === 'config') {
      this.configs.add(timeUs, timeUs - e.staleUsMax);
    } else if (e.kind === 'health' && e.subject === 'checks') {
      this.checks.add(timeUs, Number((e.value as { permille?: number }).permille ?? 0));
    }
  }

  private list(service: string, size: number, timeUs: number): void {
    const sizes = this.lists.get(service) ?? new Recent<number>();
    this.lists.set(service, sizes);
    sizes.add(timeUs, size);
    if (size >= instancesOf(this.o.program.shape, service).length) {
      this.wasComplete.add(service);
      this.shortUs.delete(service);
    } else if (!this.shortUs.has(service)) this.shortUs.set(service, timeUs);
  }
}
