/** SAFETY: whoever is elected holds all that was committed in earlier terms (Raft, figure 3; §5.4.3). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  ObservationEvent,
  Program,
  RoleObservation,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'leader-completeness';
const claim =
  'The log of a new leader reaches as far as anything that was applied in an earlier term.';

/** That the entries are the same ones, and not only as many, is what `log-matching` promises. */
export function leaderCompleteness(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new Elections(program));
}

interface Applied {
  readonly index: number;
  /** It was committed in this term or before. */
  readonly by: number;
  readonly node: NodeId;
  readonly timeUs: number;
}

class Elections implements RunMonitor {
  private readonly program: Program;
  /** By term: the greatest index that was applied in it. */
  private readonly newest = new Map<number, Applied>();
  private compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.compared === 0)
      return { undecided: 'no leader was elected after something was applied' };
    return `${this.compared} leaders elected later`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'applied' && value.currentTerm !== undefined) {
      this.applied({ index: value.index, by: value.currentTerm, node, timeUs });
    }
    return value.kind === 'role' && value.role === 'leader' ? this.elected(e, value) : null;
  }

  private applied(a: Applied): void {
    if (a.index > (this.newest.get(a.by)?.index ?? -1)) this.newest.set(a.by, a);
  }

  private elected(e: ObservationEvent, { term, lastIndex }: RoleObservation): Explanation | null {
    const before = this.before(term);
    if (lastIndex === undefined || before === null) return null;
    this.compared += 1;
    if (lastIndex >= before.index) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, before.node)} had applied entry ${before.index} in term ${before.by}, ${when(before.timeUs)}.`,
        `${nameNode(this.program, e.node)} became leader of term ${term} with a log that ends at ${lastIndex}, ${when(e.timeUs)}.`,
      ],
      ops: [],
    };
  }

  /** A run has few terms. */
  private before(term: number): Applied | null {
    let found: Applied | null = null;
    for (const a of this.newest.values()) {
      if (a.by < term && (found === null || a.index > found.index)) found = a;
    }
    return found;
  }
}
