/** The claims of one node about how fresh its lists are, and what it passes on. */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import { weakerFreshness } from '../observations.ts';
import type { Evidence } from '../observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import type { ModeParameters } from '../../mode/judge/parameters.ts';

export interface FreshnessParts {
  readonly node: NodeId;
  /** As long as they are in this run. */
  readonly p: ModeParameters;
  readonly program: Program;
  /** What all nodes issued. */
  readonly issued: Issued;
}

export class FreshnessMonitor implements NodeMonitor {
  private readonly o: FreshnessParts;
  /** The registry's last answer that was told of, by the node's own clock; -Infinity: none. */
  private contactUs = -Infinity;
  /** No answer can be newer than that without having been told of. */
  private contactUsMax = -Infinity;
  claims = 0;

  constructor(parts: FreshnessParts) {
    this.o = parts;
  }

  process(): void {
    this.contactUs = -Infinity;
    this.contactUsMax = -Infinity;
  }

  observe({ value, timeUs }: ObservationEvent): Explanation | null {
    if (value.kind === 'routed') return this.routed(value, timeUs);
    if (value.kind !== 'evidence') return null;
    const { evidence } = value;
    if (evidence.issuer !== this.o.node) return this.passedOn(evidence, timeUs);
    this.o.issued.add(evidence);
    if (evidence.kind === 'registry-contact') this.contact(evidence);
    return evidence.kind === 'routing-table' ? this.table(evidence, timeUs) : null;
  }

  /** Contact is told once a refresh period, and again, however old, before lists claim another age. */
  private contact(e: Evidence): void {
    const { refreshUs, cacheTtlUs } = this.o.p;
    this.contactUs = e.issuedUs;
    const isNews = e.staleUsMax < cacheTtlUs;
    this.contactUsMax = e.issuedUs + (isNews ? e.staleUsMax + refreshUs : 0);
  }

  private table(e: Evidence, timeUs: number): Explanation | null {
    if (e.freshness === 'historical') return null;
    this.claims += 1;
    const staleUs = e.freshness === 'fresh' ? 0 : e.staleUsMax;
    if (e.issuedUs - staleUs <= this.contactUsMax) return null;
    return this.broken(timeUs, [
      `It said ${when(timeUs)} that its list of ${e.subject} is ${e.freshness}, ${formatDuration(staleUs)} old at most.`,
      this.registry(e.issuedUs),
    ]);
  }

  /** By what the call is said to rest on, the list was confirmed within the life of a cache. */
  private routed(r: RoutedObservation, timeUs: number): Explanation | null {
    if (r.instance === null || r.source !== 'registry') return null;
    this.claims += 1;
    if (r.sentUs - this.o.p.cacheTtlUs <= this.contactUsMax) return null;
    return this.broken(timeUs, [
      `A call of ${r.service} that ended ${when(timeUs)} went by the registry's own list, which is ${formatDuration(this.o.p.cacheTtlUs)} old at most.`,
      this.registry(r.sentUs),
    ]);
  }

  private passedOn(e: Evidence, timeUs: number): Explanation | null {
    this.claims += 1;
    const source = this.o.issued.find(e);
    const head = `It passed evidence of ${e.kind} (${e.subject}) of ${nameNode(this.o.program, e.issuer)} on ${when(timeUs)}`;
    if (source === null) {
      if (e.freshness !== 'fresh') return null;
      return this.broken(timeUs, [`${head} as fresh; what has travelled is not.`]);
    }
    const { freshness, staleUsMax, lifetimeUs } = source;
    const isWeaker = weakerFreshness(freshness, e.freshness) === e.freshness;
    if (isWeaker && e.staleUsMax >= staleUsMax && e.lifetimeUs <= lifetimeUs) return null;
    return this.broken(timeUs, [
      `${head} as ${e.freshness}, ${formatDuration(e.staleUsMax)} old at most, for ${formatDuration(e.lifetimeUs)}.`,
      `It was issued as ${freshness}, ${formatDuration(staleUsMax)} old at most, for ${formatDuration(lifetimeUs)}.`,
    ]);
  }

  private registry(nowUs: number): string {
    if (this.contactUs === -Infinity) return 'The registry never answered this process.';
    return `The last answer of the registry that it told of was ${formatDuration(nowUs - this.contactUs)} old by then.`;
  }

  private broken(atUs: number, sentences: readonly string[]): Explanation {
    const who = nameNode(this.o.program, this.o.node);
    return { atUs, sentences: [`${who}:`, ...sentences], ops: [] };
  }
}

/** Of one kind and subject. What is older is not looked for. */
const issuedMax = 8;

/** Evidence as its issuers said it: the last few of each kind and subject. */
export class Issued {
  private readonly last = new Map<string, Evidence[]>();

  add(e: Evidence): void {
    const key = keyOf(e);
    const all = this.last.get(key) ?? [];
    this.last.set(key, all);
    if (all.length >= issuedMax) all.shift();
    all.push(e);
  }

  /** The same evidence as it was issued; null when that was not told, or too long ago. */
  find(e: Evidence): Evidence | null {
    return this.last.get(keyOf(e))?.find((s) => s.issuedUs === e.issuedUs) ?? null;
  }
}

function keyOf({ issuer, kind, subject }: Evidence): string {
  return `${issuer} ${kind} ${subject}`;
}
