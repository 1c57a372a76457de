/** DISCOVERY: a watcher that stood still does not suspect others for it (D7: local health). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { heartbeatNumbers } from './numbers.ts';

export function heldUpBlamesNobody(): Invariant {
  return monitored(
    {
      id: 'held-up-blames-nobody',
      area: 'DISCOVERY',
      claim:
        'Who stood still and goes on suspects nobody whose heartbeats were sent meanwhile, before it has looked at them.',
      faultModel: 'pauses of the watcher; not of peers that are down or stand still themselves',
    },
    (program) => new HeldUpMonitor(program),
  );
}

class HeldUpMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly everyUs: number | null;
  private readonly paused = new Map<number, readonly NodeId[]>();
  /** When each last went on after it had stood still. */
  private readonly resumedUs = new Map<NodeId, number>();
  private readonly down = new Set<NodeId>();
  private pauses = 0;

  constructor(program: Program) {
    this.program = program;
    this.everyUs = heartbeatNumbers(program)?.everyUs ?? null;
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.everyUs === null) return null;
    if (e.type === 'node') {
      if (e.change === 'started') this.down.delete(e.node);
      else this.down.add(e.node);
    }
    if (e.type === 'fault' && e.kind === 'pause') {
      if (e.phase === 'begin') this.paused.set(e.fault, e.nodes);
      if (e.phase === 'end') {
        this.pauses += 1;
        for (const n of this.paused.get(e.fault) ?? []) this.resumedUs.set(n, e.timeUs);
        this.paused.delete(e.fault);
      }
    }
    if (e.type !== 'observe' || e.value.kind !== 'heartbeat' || !e.value.isSuspected) return null;
    const { peer } = e.value;
    const resumedUs = this.resumedUs.get(e.node);
    if (resumedUs === undefined || e.timeUs > resumedUs + this.everyUs / 2) return null;
    const isPaused = [...this.paused.values()].some((nodes) => nodes.includes(peer));
    if (isPaused || this.down.has(peer) || this.resumedUs.get(peer) === resumedUs) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} had stood still until ${formatDuration(resumedUs)}, and suspects ${nameNode(this.program, peer)} ${when(e.timeUs)}.`,
        'Its heartbeats had come meanwhile.',
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.everyUs === null) return { undecided: 'the story has no heartbeats' };
    return this.pauses === 0 ? { undecided: 'nobody stood still' } : `${this.pauses} pauses`;
  }
}
