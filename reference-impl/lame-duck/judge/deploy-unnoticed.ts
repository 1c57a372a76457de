/** RESILIENCE: clean stops, one at a time, cost no request: who leaves is not called any more, and serves what comes late. */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

export function deployUnnoticed(): Invariant {
  return monitored(
    {
      id: 'deploy-unnoticed',
      area: 'RESILIENCE',
      claim:
        'While instances are stopped cleanly one at a time, every request of a load is answered.',
      faultModel: 'clean stops of one instance at a time and slow links, and no other faults',
    },
    (program) => new LossMonitor(program),
  );
}

class LossMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isJudged: boolean;
  private last: { readonly node: NodeId; readonly atUs: number } | null = null;
  private down = 0;
  private ok = 0;
  private stops = 0;

  constructor(program: Program) {
    this.program = program;
    this.isJudged = program.faults.every(
      (f) => (f.kind === 'crash' && f.clean === true) || f.kind === 'latency',
    );
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isJudged) return null;
    if (e.type === 'fault') this.fault(e);
    return e.type === 'load' ? this.load(e) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isJudged) return { undecided: 'there were other faults' };
    if (this.stops === 0 || this.ok === 0) return { undecided: 'nobody was stopped under load' };
    return `${this.ok} requests while ${this.stops} instances were stopped`;
  }

  private fault({ kind, phase, nodes, timeUs }: HistoryEvent & { readonly type: 'fault' }): void {
    const [node] = nodes;
    if (kind !== 'crash') return;
    if (phase === 'end') this.down -= 1;
    if (phase !== 'begin' || node === undefined) return;
    this.down += 1;
    this.stops += 1;
    this.last = { node, atUs: timeUs };
  }

  private load(e: HistoryEvent & { readonly type: 'load' }): Explanation | null {
    this.ok += e.ok;
    const lost = e.fail + e.info + e.dropped;
    if (lost === 0 || this.down > 1 || this.last === null) return null;
    const { node, atUs } = this.last;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, node)} was told to stop ${when(atUs)}; nothing else went wrong.`,
        `Of the requests of ${e.key} that ended in the 100 ms before ${formatDuration(e.timeUs)}, ${lost} were refused or lost.`,
      ],
      ops: [e.op],
    };
  }
}
