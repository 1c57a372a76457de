/** SAFETY: what one server applied at an index, no other server applies differently (Raft, figure 3). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'log-matching';
const claim =
  'Entries applied at the same index have the same term and the same history of entries before them.';

export function logMatching(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new LogWatch(program));
}

interface Applied {
  readonly term: number;
  readonly hash: number;
  readonly node: NodeId;
  readonly timeUs: number;
}

class LogWatch implements RunMonitor {
  private readonly program: Program;
  private readonly first = new Map<number, Applied>();
  private compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.compared === 0) return { undecided: 'no index was applied by two nodes' };
    return `${this.compared} entries compared with another node's`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'applied') return null;
    const { index, term, hash } = e.value;
    const other = this.first.get(index);
    if (other === undefined) {
      this.first.set(index, { term, hash, node: e.node, timeUs: e.timeUs });
      return null;
    }
    if (other.node !== e.node) this.compared += 1;
    if (other.term === term && other.hash === hash) return null;
    const what = (t: number, h: number): string => `an entry of term ${t}, hash ${h.toString(16)},`;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, other.node)} applied ${what(other.term, other.hash)} at index ${index} ${when(other.timeUs)}.`,
        `${nameNode(this.program, e.node)} applied ${what(term, hash)} at the same index ${when(e.timeUs)}.`,
      ],
      ops: [],
    };
  }
}
