/** RESILIENCE: a stream goes on when nothing is in its way, for credits that were lost are found (R5). */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
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

/** Messages that were on their way, and a disk, µs. */
const slackUs = 1_000_000;

export function streamGoesOn(): Invariant {
  return monitored(
    {
      id: 'stream-goes-on',
      area: 'RESILIENCE',
      claim:
        'While all nodes are up and nothing is wrong every consumer works off another item soon.',
      faultModel: 'any faults that end; not while one lasts',
    },
    (program) => new StallMonitor(program),
  );
}

interface Stream {
  readonly from: NodeId;
  /** When it last got on. */
  sinceUs: number;
  next: number;
}

class StallMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number | null;
  private readonly streams = new Map<NodeId, Stream>();
  private readonly faults = new Set<number>();
  private readonly down = new Set<NodeId>();
  private quietSinceUs = 0;
  private ended = 0;
  private items = 0;

  constructor(program: Program) {
    this.program = program;
    const numbers = streamNumbers(program);
    // Nothing came for between one and two looks; then an item is sent, and worked off.
    const ownUs = numbers === null ? null : 2 * numbers.repeatUs + numbers.workUs;
    this.boundUs = ownUs === null ? null : Math.ceil(ownUs * driftFactor(program)) + slackUs;
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.boundUs === null) return null;
    const stuck = this.stuck(e.timeUs, this.boundUs);
    if (stuck !== null) return stuck;
    if (e.type === 'fault') this.fault(e.fault, e.phase, e.timeUs);
    if (e.type === 'node') {
      if (e.change === 'started') this.down.delete(e.node);
      else this.down.add(e.node);
      this.quietSinceUs = e.timeUs;
    }
    if (e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'stream-opened') {
      this.streams.set(node, { from: value.from, sinceUs: timeUs, next: value.next });
    }
    if (value.kind === 'item-worked') {
      this.items += 1;
      this.streams.set(node, { from: value.from, sinceUs: timeUs, next: value.item + 1 });
    }
    return null;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    if (this.items === 0) return { undecided: 'no item was worked off' };
    return this.stuck(endUs, this.boundUs ?? 0) ?? `${this.items} items, over ${this.ended} faults`;
  }

  private fault(fault: number, phase: string, atUs: number): void {
    if (phase === 'begin') this.faults.add(fault);
    if (phase === 'end' && this.faults.delete(fault)) this.ended += 1;
    this.quietSinceUs = atUs;
  }

  private stuck(atUs: number, boundUs: number): Explanation | null {
    if (this.faults.size > 0 || this.down.size > 0 || atUs <= this.quietSinceUs + boundUs) {
      return null;
    }
    for (const [consumer, { from, sinceUs, next }] of this.streams) {
      if (atUs <= sinceUs + boundUs) continue;
      const name = (n: NodeId): string => nameNode(this.program, n);
      return {
        atUs,
        sentences: [
          `${name(consumer)} has waited for item ${next} of ${name(from)} since ${formatDuration(sinceUs)}, and still does ${when(atUs)}.`,
          `Nothing has been wrong since ${formatDuration(this.quietSinceUs)}; the bound is ${formatDuration(boundUs)}.`,
        ],
        ops: [],
      };
    }
    return null;
  }
}
