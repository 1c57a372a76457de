/** CONSISTENCY: of two changes in conflict everybody keeps the same one (C4). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { outweighs, textOf } from './writes.ts';

export function conflictsAlike(): Invariant {
  return monitored(
    {
      id: 'conflicts-alike',
      area: 'CONSISTENCY',
      claim:
        'Of two changes of a key that were made without knowledge of each other, every copy that meets both keeps the same one: that of the larger stamp, or of the greater writer.',
      faultModel: 'any faults',
    },
    (program) => new ConflictMonitor(program),
  );
}

class ConflictMonitor implements RunMonitor {
  private readonly program: Program;
  /** By key and the two versions. */
  private readonly decided = new Set<string>();
  private looks = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'regional' || e.value.over === undefined) {
      return null;
    }
    const { key, over, ...kept } = e.value;
    this.looks += 1;
    const pair = [textOf(kept), textOf(over)].sort();
    const name = `${key} ${pair.join(' ')}`;
    this.decided.add(name);
    if (!outweighs(over, kept)) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `Versions ${pair.join(' and ')} of ${key} are in conflict.`,
        `${nameNode(this.program, e.node)} kept ${textOf(kept)} ${when(e.timeUs)}, although ${textOf(over)} outweighs it.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.decided.size === 0) return { undecided: 'no two changes were in conflict' };
    return `${this.decided.size} conflicts, decided ${this.looks} times`;
  }
}
