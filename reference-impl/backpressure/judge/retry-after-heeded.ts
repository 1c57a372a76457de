/** RESILIENCE: whoever was refused sends that instance nothing before the time that it asked for is over (R5). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

export function retryAfterHeeded(): Invariant {
  return monitored(
    {
      id: 'retry-after-heeded',
      area: 'RESILIENCE',
      claim: 'No caller sends an instance a call within the time after which it was told to retry.',
      faultModel: "any faults, by the caller's own clock",
    },
    (program) => new HeldOffMonitor(program),
  );
}

/** By the caller's own clock. */
interface Refusal {
  readonly toldUs: number;
  readonly untilUs: number;
}

class HeldOffMonitor implements RunMonitor {
  private readonly program: Program;
  /** Of each caller and instance the one that lasts longest. */
  private readonly refusals = new Map<NodeId, Map<NodeId, Refusal>>();
  private refused = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node' && e.change === 'started') this.refusals.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.value.instance === null) return null;
    return this.routed(e.node, e.value.instance, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.refused === 0) return { undecided: 'no call was refused with a time' };
    return `${this.refused} refusals`;
  }

  private routed(
    node: NodeId,
    instance: NodeId,
    { sentUs, tookUs, retryAfterUs }: RoutedObservation,
    atUs: number,
  ): Explanation | null {
    let own = this.refusals.get(node);
    if (own === undefined) this.refusals.set(node, (own = new Map<NodeId, Refusal>()));
    const last = own.get(instance);
    if (retryAfterUs !== undefined) {
      this.refused += 1;
      const toldUs = sentUs + tookUs;
      const untilUs = toldUs + retryAfterUs;
      if (untilUs > (last?.untilUs ?? 0)) own.set(instance, { toldUs, untilUs });
    }
    // What was out when the refusal came was sent before anybody knew of it.
    if (last === undefined || sentUs <= last.toldUs || sentUs >= last.untilUs) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, instance)} refused a call of ${nameNode(this.program, node)} ${when(last.toldUs)}, and asked for ${formatDuration(last.untilUs - last.toldUs)} of rest.`,
        `It was sent another one ${formatDuration(sentUs - last.toldUs)} later.`,
      ],
      ops: [],
    };
  }
}
