/** SAFETY: at most one leader can be elected in a term (Raft, figure 3). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'election-safety';
const claim = 'No two nodes are leader in the same term.';

export function electionSafety(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new LeaderWatch(program));
}

class LeaderWatch implements RunMonitor {
  private readonly program: Program;
  private readonly leaders = new Map<number, { node: NodeId; timeUs: number }>();

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.leaders.size === 0) return { undecided: 'no node was ever seen to be leader' };
    return `leaders of ${this.leaders.size} terms`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') return null;
    const { term } = e.value;
    const first = this.leaders.get(term);
    if (first === undefined) {
      this.leaders.set(term, { node: e.node, timeUs: e.timeUs });
      return null;
    }
    if (first.node === e.node) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, first.node)} became leader of term ${term} ${when(first.timeUs)}.`,
        `${nameNode(this.program, e.node)} became leader of term ${term} as well, ${when(e.timeUs)}.`,
      ],
      ops: [],
    };
  }
}
