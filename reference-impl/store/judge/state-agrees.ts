/** SAFETY: after the same entry all servers have the same state, however they came to it. */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'state-agrees';
const claim =
  'After the same entry of the log all servers have the same state: keys, leases, locks, sessions and history.';

/** The hash of entries says that servers were told the same; this one that they made the same of it. */
export function stateAgrees(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new StateMonitor(program));
}

interface Seen {
  readonly hash: number;
  readonly node: NodeId;
  readonly timeUs: number;
}

class StateMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly first = new Map<number, Seen>();
  private compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.compared === 0)
      return { undecided: 'no two servers told their state after one entry' };
    return `${this.compared} states compared with another server's`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'state') return null;
    const { index, hash } = e.value;
    const other = this.first.get(index);
    if (other === undefined) {
      this.first.set(index, { hash, node: e.node, timeUs: e.timeUs });
      return null;
    }
    if (other.node !== e.node) this.compared += 1;
    if (other.hash === hash) return null;
    const tell = (node: NodeId, h: number, timeUs: number): string =>
      `${nameNode(this.program, node)} had the state ${h.toString(16)} after entry ${index} ${when(timeUs)}.`;
    return {
      atUs: e.timeUs,
      sentences: [tell(other.node, other.hash, other.timeUs), tell(e.node, hash, e.timeUs)],
      ops: [],
    };
  }
}
