/** SAFETY: at most one leader can be elected in a term (Raft, figure 3). */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { online, type Watch } from './online.ts';
import { nameNode, when } from './words.ts';

const id = 'election-safety';
const claim = 'No two nodes are leader in the same term.';

export function electionSafety(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return online(promised, (program) => new LeaderWatch(program));
}

class LeaderWatch implements Watch {
  private readonly program: Program;
  private readonly leaders = new Map<number, { node: NodeId; timeUs: number }>();

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<Watch['end']> {
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
