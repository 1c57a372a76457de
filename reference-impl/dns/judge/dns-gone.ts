/**
 * DISCOVERY: whom the catalog has given up is in no answer of DNS that is used later than the copy of who answers
 * may be old, and the TTL (D5, I1). How soon the catalog gives up the dead is promised by `discovery`.
 */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  ObservationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { DnsUseObservation } from '../observations.ts';
import type {} from '../../registry/observations.ts';

export interface GoneParameters {
  /** As in the configuration of DNS, where the run does not say, µs. */
  readonly ttlUs: number;
  readonly staleUsMax: number;
  /** What the leader says of a lease may come so much later than what others do by it, µs: it waits for the disk. */
  readonly lateUs: number;
}

const usual: GoneParameters = { ttlUs: 5_000_000, staleUsMax: 60_000_000, lateUs: 5_000_000 };

export function dnsGone(parameters: GoneParameters = usual): Invariant {
  return monitored(
    {
      id: 'dns-gone',
      area: 'DISCOVERY',
      claim:
        'Whom the catalog gave up gets no more calls by DNS once the copy may not be as old any more, and the TTL has passed.',
      faultModel: "any faults; clocks within the plan's drift; disks that answer within 5 s",
    },
    (program) => new GoneMonitor(program, { ...parameters, ...asked(program) }),
  );
}

function asked(program: Program): Partial<GoneParameters> {
  const dns = program.settings.extra['dns'];
  return typeof dns === 'object' && dns !== null ? (dns as Partial<GoneParameters>) : {};
}

class GoneMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly p: GoneParameters;
  /** By service and instance: since when it is in the catalog no more. */
  private readonly goneUs = new Map<string, number>();
  private readonly revisions = new Map<string, number>();
  /** What was used of it since, unless the leader says in time that it had registered again. */
  private readonly doubtful = new Map<string, ObservationEvent & { value: DnsUseObservation }>();
  private judged = 0;
  private ended = 0;

  constructor(program: Program, parameters: GoneParameters) {
    this.program = program;
    this.p = parameters;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'observe' && e.value.kind === 'lease') {
      const { service, instance, change, revision } = e.value;
      const key = `${service} ${instance}`;
      // Who starts again says once more what it has read in its log.
      if (change === 'renewed' || revision <= (this.revisions.get(key) ?? -1)) return null;
      this.revisions.set(key, revision);
      if (change === 'registered') {
        this.goneUs.delete(key);
        this.doubtful.delete(key);
      } else {
        this.ended += 1;
        this.goneUs.set(key, e.timeUs);
      }
    }
    if (e.type === 'observe' && e.value.kind === 'dns-use') this.use(e, e.value);
    return this.overdue(e.timeUs - this.p.lateUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    const late = this.overdue(Infinity);
    if (late !== null) return late;
    if (this.ended === 0 || this.judged === 0) {
      return { undecided: 'nobody went by DNS, or nobody was given up' };
    }
    return `${this.judged} picks by DNS; ${this.ended} leases ended`;
  }

  private use(e: ObservationEvent, value: DnsUseObservation): void {
    if (value.picked === null) return;
    this.judged += 1;
    const key = `${value.service} ${value.picked}`;
    const goneUs = this.goneUs.get(key) ?? Infinity;
    if (e.timeUs - goneUs > this.boundUs() && !this.doubtful.has(key)) {
      this.doubtful.set(key, { ...e, value });
    }
  }

  /** On its way from the leader to the copy, and from there into an answer. */
  private boundUs(): number {
    return (this.p.staleUsMax + this.p.ttlUs) * driftFactor(this.program) + this.p.lateUs;
  }

  private overdue(beforeUs: number): Explanation | null {
    for (const [key, { node, timeUs, value }] of this.doubtful) {
      if (timeUs > beforeUs) continue;
      const goneUs = this.goneUs.get(key) ?? timeUs;
      const { server, service, picked } = value;
      const who = typeof picked === 'number' ? nameNode(this.program, picked) : picked;
      return {
        atUs: timeUs,
        sentences: [
          `The catalog gave up ${who} of ${service} ${when(goneUs)}.`,
          `${nameNode(this.program, node)} picked it ${when(timeUs)}, by an answer of ${nameNode(this.program, server)}, ${formatDuration(timeUs - goneUs)} later; ${formatDuration(this.boundUs())} are allowed.`,
        ],
        ops: [],
      };
    }
    return null;
  }
}
