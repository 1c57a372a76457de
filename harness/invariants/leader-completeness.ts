/** SAFETY: whoever is elected holds all that was committed in earlier terms (Raft, figure 3; §5.4.3). */
import type { HistoryEvent, ObservationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { RoleObservation } from '../core/observation.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { nameNode, replay, when } from './words.ts';

const id = 'leader-completeness';
const claim =
  'The log of a new leader reaches as far as anything that was applied in an earlier term.';

/** That the entries are the same ones, and not only as many, is what `log-matching` promises. */
export function leaderCompleteness(): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
    judge: (history, program) => {
      const watch = new Elections(program);
      const explanation = replay(watch, history);
      if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
      if (watch.compared === 0) {
        const reason = 'no leader was elected after something was applied';
        return { kind: 'unknown', invariant: id, reason };
      }
      return { kind: 'holds', invariant: id, basis: `${watch.compared} leaders elected later` };
    },
    monitor: (program) => new Elections(program),
  };
}

interface Applied {
  readonly index: number;
  readonly term: number;
  readonly node: NodeId;
  readonly timeUs: number;
}

class Elections implements Monitor {
  private readonly program: Program;
  /** The greatest index of each term, terms ascending: indices ascend too. */
  private readonly newest: Applied[] = [];
  compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'applied') {
      const { index, term } = e.value;
      this.applied({ index, term, node: e.node, timeUs: e.timeUs });
    }
    return e.value.kind === 'role' && e.value.role === 'leader' ? this.elected(e, e.value) : null;
  }

  private applied(a: Applied): void {
    const last = this.newest.at(-1);
    if (last !== undefined && (a.term < last.term || a.index <= last.index)) return;
    if (last?.term === a.term) this.newest.pop();
    this.newest.push(a);
  }

  private elected(e: ObservationEvent, { term, lastIndex }: RoleObservation): Explanation | null {
    const before = this.newest.findLast((a) => a.term < term);
    if (lastIndex === undefined || before === undefined) return null;
    this.compared += 1;
    if (lastIndex >= before.index) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, before.node)} applied entry ${before.index} of term ${before.term} ${when(before.timeUs)}.`,
        `${nameNode(this.program, e.node)} became leader of term ${term} ${when(e.timeUs)}, with a log that ends at ${lastIndex}.`,
      ],
      ops: [],
    };
  }
}
