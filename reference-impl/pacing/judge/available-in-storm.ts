/** RESILIENCE: the registry is there for everybody while instances start, however many at once (R6, I3). */
import { formatDuration, isOperation, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  OperationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { OnlyRestarts } from './storm.ts';

const id = 'available-in-storm';
const claim =
  'However many instances start at once, the leader goes on leading, and every request of a client is answered by its deadline.';

export function availableInStorm(): Invariant {
  const promised = {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'crashes and starts of instances, any number; until another fault begins',
  } as const;
  return monitored(promised, (program) => new Availability(program));
}

class Availability implements RunMonitor {
  private readonly program: Program;
  private readonly restarts: OnlyRestarts;
  private readonly open = new Map<number, OperationEvent>();
  private leader: {
    readonly node: number;
    readonly term: number;
    readonly sinceUs: number;
  } | null = null;
  private answered = 0;
  private starts = 0;

  constructor(program: Program) {
    this.program = program;
    this.restarts = new OnlyRestarts(program);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.leader === null) return { undecided: 'nobody ever led' };
    if (this.answered === 0) return { undecided: 'no request was answered before another fault' };
    return `${this.answered} requests answered under one leader, while ${this.starts} nodes started`;
  }

  event(e: HistoryEvent): Explanation | null {
    this.restarts.event(e);
    if (!this.restarts.areAll) return null;
    if (e.type === 'node' && e.change === 'started') this.starts += 1;
    if (e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader') {
      return this.elected(e.node, e.value.term, e.timeUs);
    }
    return isOperation(e) ? this.operation(e) : null;
  }

  private elected(node: number, term: number, timeUs: number): Explanation | null {
    const before = this.leader;
    if (before !== null && term <= before.term) return null;
    this.leader = { node, term, sinceUs: timeUs };
    if (before === null) return null;
    const [old, other] = [before.node, node].map((n) => nameNode(this.program, n));
    return {
      atUs: timeUs,
      sentences: [
        `${old} led in term ${before.term}, since ${formatDuration(before.sinceUs)}.`,
        `${other} took over in term ${term} ${when(timeUs)}, though nothing but instances had failed.`,
      ],
      ops: [],
    };
  }

  private operation(e: OperationEvent): Explanation | null {
    const asked = this.open.get(e.op);
    if (e.type === 'invoke') this.open.set(e.op, e);
    else this.open.delete(e.op);
    if (e.type === 'invoke' || asked === undefined) return null;
    if (e.type !== 'info') this.answered += 1;
    const tookUs = e.timeUs - asked.timeUs;
    // Who gives up before that does so because the run is over.
    if (e.type !== 'info' || tookUs < this.program.settings.deadlineUs) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${asked.f} of ${asked.key} by process ${asked.process} was sent ${when(asked.timeUs)}.`,
        `It got no answer within ${formatDuration(tookUs)}, though nothing but instances had failed.`,
      ],
      ops: [asked.op],
    };
  }
}
