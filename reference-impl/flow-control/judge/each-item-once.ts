/** CONSISTENCY: each item of a stream is worked off once, in order (R5). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { streamNumbers } from './numbers.ts';

export function eachItemOnce(): Invariant {
  return monitored(
    {
      id: 'each-item-once',
      area: 'CONSISTENCY',
      claim: 'A consumer works off each item of its stream once, in order, also after restarts.',
      faultModel:
        'any faults but of disks; who crashes may have written down one item more than anybody was told',
    },
    (program) => new OrderMonitor(program),
  );
}

class OrderMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isOn: boolean;
  private readonly next = new Map<NodeId, number>();
  private items = 0;
  private restarts = 0;

  constructor(program: Program) {
    this.program = program;
    this.isOn = streamNumbers(program) !== null;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn || e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'stream-opened') return this.opened(node, value.next, timeUs);
    if (value.kind !== 'item-worked') return null;
    const wanted = this.next.get(node) ?? 0;
    this.next.set(node, value.item + 1);
    this.items += 1;
    if (value.item === wanted) return null;
    const what = `${nameNode(this.program, node)} worked off item ${value.item} of ${nameNode(this.program, value.from)} ${when(timeUs)}.`;
    return { atUs: timeUs, sentences: [what, `Item ${wanted} was next.`], ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.items === 0) return { undecided: 'no item was worked off' };
    return `${this.items} items in order, over ${this.restarts} restarts`;
  }

  private opened(node: NodeId, next: number, atUs: number): Explanation | null {
    const wanted = this.next.get(node);
    this.next.set(node, next);
    if (wanted !== undefined) this.restarts += 1;
    const least = wanted ?? 0;
    if (next >= least && next <= least + (wanted === undefined ? 0 : 1)) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, node)} went on at item ${next} ${when(atUs)}.`,
        `It had worked off those before ${least}.`,
      ],
      ops: [],
    };
  }
}
