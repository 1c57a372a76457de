/** DISCOVERY: the registry ends no lease as expired before its TTL has passed (I1, D1). */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../harness/spec.ts';
import type { LeaseObservation } from './observations.ts';

const id = 'lease-lifetime';
const claim = 'A lease expires no sooner than its TTL after it was granted or last renewed.';

export interface LeaseParameters {
  /** What an observation may be late by, µs: it waits for the disk like everything a node says. */
  readonly lateUs: number;
}

export function leaseLifetime(parameters: LeaseParameters = { lateUs: 5_000_000 }): Invariant {
  const promised = {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel: 'any faults; disks that answer within 5 s',
  } as const;
  return monitored(promised, (program) => new Leases(program, parameters));
}

class Leases implements RunMonitor {
  private granted = 0;
  private expired = 0;
  private readonly program: Program;
  private readonly lateUs: number;
  /** By service and instance: when it was last granted or renewed. */
  private readonly seenUs = new Map<string, number>();
  /** By service and instance: the revision of its last change. */
  private readonly revisions = new Map<string, number>();

  constructor(program: Program, { lateUs }: LeaseParameters) {
    this.program = program;
    this.lateUs = lateUs;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.granted === 0) return { undecided: 'no lease was ever granted' };
    return `${this.granted} leases granted, ${this.expired} expired`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'lease') return null;
    const l = e.value;
    const key = `${l.service} ${l.instance}`;
    if (l.change !== 'renewed') {
      // A server that reads its log after a start says once more what it did long before.
      if (l.revision <= (this.revisions.get(key) ?? -1)) return null;
      this.revisions.set(key, l.revision);
    }
    if (l.change === 'expired') return this.ended(l, this.seenUs.get(key) ?? -Infinity, e.timeUs);
    if (l.change === 'registered') this.granted += 1;
    this.seenUs.set(key, e.timeUs);
    return null;
  }

  private ended(l: LeaseObservation, seenUs: number, timeUs: number): Explanation | null {
    this.expired += 1;
    const shortestUs = l.ttlUs / driftFactor(this.program) - this.lateUs;
    if (timeUs - seenUs >= shortestUs) return null;
    const { instance } = l;
    const name = typeof instance === 'string' ? instance : nameNode(this.program, instance);
    return {
      atUs: timeUs,
      sentences: [
        `${name} registered as ${l.service}, or renewed its lease, ${when(seenUs)}.`,
        `The registry let it expire ${when(timeUs)}, after ${formatDuration(timeUs - seenUs)}; its TTL is ${formatDuration(l.ttlUs)}.`,
      ],
      ops: [],
    };
  }
}
