/**
 * RESILIENCE: who serves a call hands on less time than it has, so that its answer still comes in time when those whom it
 * calls are silent (R6): the cascade ends with it.
 */
import { doesOnly, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

/** Who was down or stood still has caught up by then, µs. */
const settleUs = 1_000_000;

export function fallbackInTime(): Invariant {
  return monitored(
    {
      id: 'fallback-in-time',
      area: 'RESILIENCE',
      claim:
        'While the services behind it are silent, an instance that nothing is wrong with answers each client in time.',
      faultModel: 'instances that are down or stand still, other than the one that is called',
    },
    (program) => new InTimeMonitor(program),
  );
}

class InTimeMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isOn: boolean;
  /** Whom faults that are in force stop; null: they do more than that. */
  private readonly faults = new Map<number, readonly NodeId[] | null>();
  /** Until when whoever was stopped is not judged; of `null` nobody is. */
  private readonly untilUs = new Map<NodeId | null, number>();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
    const { retries, isFailFast } = program.settings.extra;
    this.isOn = typeof retries === 'object' && retries !== null && isFailFast !== true;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    if (e.type === 'fault') this.fault(e);
    if (e.type !== 'observe' || e.value.kind !== 'routed') return null;
    // Clients of a workload fall back to nothing, and nobody waits for them.
    if (e.node < this.program.shape.nodes.length) return null;
    return this.routed(e.node, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'nobody hands deadlines on and falls back' };
    if (this.judged === 0) return { undecided: 'nobody was called while others were silent' };
    return `${this.judged} calls while others were silent`;
  }

  private fault({
    fault,
    kind,
    phase,
    nodes,
    timeUs,
  }: HistoryEvent & { readonly type: 'fault' }): void {
    const stopped = doesOnly(kind, 'stops-nodes', 'ends-nodes') ? nodes : null;
    if (phase === 'begin') this.faults.set(fault, stopped);
    if (phase !== 'end') return;
    this.faults.delete(fault);
    for (const node of stopped ?? [null]) this.untilUs.set(node, timeUs + settleUs);
  }

  private routed(
    client: NodeId,
    { service, instance, outcome, tookUs }: RoutedObservation,
    timeUs: number,
  ): Explanation | null {
    const others = [...this.faults.values()];
    const isQuiet = (node: NodeId | null): boolean =>
      timeUs - tookUs > (this.untilUs.get(node) ?? 0);
    if (instance === null || others.length === 0 || !isQuiet(instance) || !isQuiet(null))
      return null;
    if (others.some((nodes) => nodes === null || nodes.includes(instance))) return null;
    this.judged += 1;
    if (outcome !== 'timeout') return null;
    const who = nameNode(this.program, instance);
    return {
      atUs: timeUs,
      sentences: [
        `${who} had not answered a call of ${service} by ${nameNode(this.program, client)} within ${formatDuration(tookUs)} ${when(timeUs)}.`,
        `Nothing was wrong with ${who}; others were down, and it was to fall back in time.`,
      ],
      ops: [],
    };
  }
}
