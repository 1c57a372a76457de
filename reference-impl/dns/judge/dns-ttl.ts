/**
 * DISCOVERY: an answer of DNS is used until its TTL has passed since it was given, however many caches it came
 * through, and never one that nobody gave (D5, I8). Nobody may remember for long that there is nobody.
 */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Program, RunMonitor } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';
import type { DnsAnswerObservation } from '../observations.ts';

export function dnsTtl(): Invariant {
  return monitored(
    {
      id: 'dns-ttl',
      area: 'DISCOVERY',
      claim:
        'Nobody goes by an answer of DNS after its TTL has passed since it was given, and that there is nobody is good for the shorter time that is set for it.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new TtlMonitor(program),
  );
}

interface Given {
  readonly said: DnsAnswerObservation;
  readonly atUs: number;
}

class TtlMonitor implements RunMonitor {
  private readonly program: Program;
  /** Of the answer that there is nobody, at most. */
  private readonly negativeTtlUs: number;
  private readonly given = new Map<string, Given>();
  private used = 0;
  private oldestUs = 0;

  constructor(program: Program) {
    this.program = program;
    this.negativeTtlUs = negativeTtlOf(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'dns-answer') {
      this.given.set(`${node} ${value.serial}`, { said: value, atUs: timeUs });
      if (value.targets.length === 0 && value.ttlUs > this.negativeTtlUs) {
        return wrong(timeUs, [
          `${nameNode(this.program, node)} answered ${when(timeUs)} that there is nobody of ${value.service}, good for ${formatDuration(value.ttlUs)}.`,
          `That may be remembered for ${formatDuration(this.negativeTtlUs)}.`,
        ]);
      }
    }
    if (value.kind !== 'dns-use') return null;
    const { server, serial, service, picked } = value;
    const who = nameNode(this.program, node);
    const of = nameNode(this.program, server);
    const given = this.given.get(`${server} ${serial}`);
    if (given === undefined || given.said.service !== service) {
      return wrong(timeUs, [
        `${who} went by answer ${serial} of ${of} for ${service} ${when(timeUs)}.`,
        `${of} has given no such answer.`,
      ]);
    }
    if (picked !== null && !given.said.targets.some((t) => t.instance === picked)) {
      return wrong(timeUs, [
        `${who} picked ${picked} of ${service} ${when(timeUs)}.`,
        `The answer of ${of} that it went by does not name it.`,
      ]);
    }
    this.used += 1;
    const ageUs = timeUs - given.atUs;
    this.oldestUs = Math.max(this.oldestUs, ageUs);
    if (ageUs <= given.said.ttlUs * driftFactor(this.program)) return null;
    return wrong(timeUs, [
      `${of} answered for ${service} ${when(given.atUs)}, good for ${formatDuration(given.said.ttlUs)}.`,
      `${who} still went by that ${when(timeUs)}, ${formatDuration(ageUs)} later.`,
    ]);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.used === 0) return { undecided: 'nobody went by an answer of DNS' };
    return `${this.used} uses of ${this.given.size} answers, the oldest ${formatDuration(this.oldestUs)} old`;
  }
}

/** That of the source; a run's own goes before it, µs. */
function negativeTtlOf({ settings }: Program): number {
  const { dns } = settings.extra;
  const asked =
    typeof dns === 'object' ? (dns as { readonly negativeTtlUs?: number } | null) : null;
  return asked?.negativeTtlUs ?? 1_000_000;
}

function wrong(atUs: number, sentences: readonly string[]): Explanation {
  return { atUs, sentences: [...sentences], ops: [] };
}
