/**
 * EFFICIENCY: of the targets of an answer those with the least priority are picked, each in proportion to its
 * weight (D5, RFC 2782). Shares are judged by a bound that alarms once in 10⁹ runs.
 */
import { likelyAtMost, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant } from '../../../harness/spec.ts';
import type { Program, RunMonitor } from '../../../harness/spec.ts';
import type { DnsUseObservation, Target } from '../observations.ts';

export function srvOrder(): Invariant {
  return monitored(
    {
      id: 'srv-order',
      area: 'EFFICIENCY',
      claim: 'Of what DNS names the least priority is picked, and of that each by its weight.',
      faultModel: 'any faults',
    },
    (program) => new OrderMonitor(program),
  );
}

/** Picks among one set of targets. */
interface Picks {
  readonly first: readonly Target[];
  readonly counts: Map<Target['instance'], number>;
  trials: number;
}

class OrderMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly answers = new Map<string, readonly Target[]>();
  private readonly picks = new Map<string, Picks>();
  private chosen = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'dns-answer') {
      this.answers.set(`${e.node} ${e.value.serial}`, e.value.targets);
    }
    return e.value.kind === 'dns-use' ? this.use(e.value, e.node, e.timeUs) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.chosen === 0) return { undecided: 'no answer of DNS left a choice' };
    return `${this.chosen} picks among several, of ${this.picks.size} different sets`;
  }

  private use(value: DnsUseObservation, node: number, timeUs: number): Explanation | null {
    const targets = this.answers.get(`${value.server} ${value.serial}`) ?? [];
    const picked = targets.find((t) => t.instance === value.picked);
    if (picked === undefined || targets.length === 1) return null;
    this.chosen += 1;
    const who = `${nameNode(this.program, node)} picked ${value.picked} of ${value.service}`;
    const least = Math.min(...targets.map((t) => t.priority));
    if (picked.priority > least) {
      return wrong(timeUs, [
        `${who} ${when(timeUs)}, whose priority is ${picked.priority}.`,
        `The same answer names some of priority ${least}, which go first.`,
      ]);
    }
    const first = targets.filter((t) => t.priority === least);
    const key = JSON.stringify([value.service, first]);
    const picks = this.picks.get(key) ?? { first, counts: new Map(), trials: 0 };
    this.picks.set(key, picks);
    picks.trials += 1;
    const count = (picks.counts.get(picked.instance) ?? 0) + 1;
    picks.counts.set(picked.instance, count);
    return this.share(picks, picked, count, timeUs, value.service);
  }

  private share(
    { first, trials }: Picks,
    { instance, weight }: Target,
    count: number,
    timeUs: number,
    service: string,
  ): Explanation | null {
    const total = first.reduce((sum, t) => sum + t.weight, 0);
    const share = total === 0 ? 1 / first.length : weight / total;
    if (count <= likelyAtMost(trials, share, 2 * this.chosen)) return null;
    return wrong(timeUs, [
      `${instance} of ${service} was picked ${count} times of ${trials} until ${when(timeUs).replace('at ', '')}.`,
      `Its weight is ${weight} of ${total}: so many are not by chance.`,
    ]);
  }
}

function wrong(atUs: number, sentences: readonly string[]): Explanation {
  return { atUs, sentences: [...sentences], ops: [] };
}
