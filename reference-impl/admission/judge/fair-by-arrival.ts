/** EFFICIENCY: whose turn comes has waited longest of those who matter as much, and nobody who matters more waits (R8). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { TurnObservation } from '../observations.ts';

export function fairByArrival(): Invariant {
  return monitored(
    {
      id: 'fair-by-arrival',
      area: 'EFFICIENCY',
      claim:
        'At each instance calls are begun by priority, and those of one priority as they came.',
      faultModel: 'any faults',
    },
    (program) => new TurnMonitor(program),
  );
}

class TurnMonitor implements RunMonitor {
  private readonly program: Program;
  /** Who waits, by instance, priority and number: the order of a Map is that of arrival. */
  private readonly waiting = new Map<NodeId, Map<number, Set<number>>>();
  private turns = 0;
  private behind = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node' && e.change === 'started') this.waiting.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'turn') return null;
    return this.turn(e.node, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.behind === 0) return { undecided: 'nobody had to wait' };
    return `${this.turns} turns, ${this.behind} of them with others waiting`;
  }

  private turn(node: NodeId, { change, number, priority }: TurnObservation, atUs: number) {
    const all = this.waiting.get(node) ?? new Map<number, Set<number>>();
    this.waiting.set(node, all);
    const own = all.get(priority) ?? new Set<number>();
    all.set(priority, own);
    if (change === 'waits') {
      own.add(number);
      return null;
    }
    const [first] = own;
    own.delete(number);
    const [urgent] = [...all.keys()].filter((p) => p < priority && (all.get(p)?.size ?? 0) > 0);
    this.turns += 1;
    if ([...all.values()].some((s) => s.size > 0)) this.behind += 1;
    if (first === number && urgent === undefined) return null;
    const before =
      urgent === undefined
        ? `Call ${first} of the same priority came before it.`
        : `Calls of priority ${urgent} waited.`;
    const what = change === 'begins' ? 'began' : 'gave up';
    const sentence = `${nameNode(this.program, node)} ${what} call ${number} of priority ${priority} ${when(atUs)}.`;
    return { atUs, sentences: [sentence, before], ops: [] };
  }
}
