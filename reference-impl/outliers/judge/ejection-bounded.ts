/** DISCOVERY: a caller never ejects more than half of the instances it could call (D8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { EjectedObservation } from '../observations.ts';

export function ejectionBounded(): Invariant {
  return monitored(
    {
      id: 'ejection-bounded',
      area: 'DISCOVERY',
      claim:
        'Of the instances that a caller could call it has at most half ejected at any time, however many fail.',
      faultModel: 'any faults; by the ejections that it tells, counted anew',
    },
    (program) => new BoundedMonitor(program),
  );
}

class BoundedMonitor implements RunMonitor {
  private readonly program: Program;
  /** By caller and service, until when each instance is out. */
  private readonly out = new Map<NodeId, Map<string, Map<NodeId, number>>>();
  private ejections = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.out.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'ejected') return null;
    this.ejections += 1;
    return this.judge(e.node, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.ejections === 0) return { undecided: 'nobody was ejected' };
    return `${this.ejections} ejections`;
  }

  private judge(node: NodeId, e: EjectedObservation, atUs: number): Explanation | null {
    const services = this.out.get(node) ?? new Map<string, Map<NodeId, number>>();
    this.out.set(node, services);
    const out = services.get(e.service) ?? new Map<NodeId, number>();
    services.set(e.service, out.set(e.instance, e.untilUs));
    const now = [...out.values()].filter((untilUs) => untilUs > e.sinceUs).length;
    if (now * 2 <= e.size) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, node)} ejected ${nameNode(this.program, e.instance)} ${when(atUs)}: ${now} of the ${e.size} instances of ${e.service} that it could call are out.`,
        'At most half of them may be.',
      ],
      ops: [],
    };
  }
}
