/** EFFICIENCY: a caller that keeps answers has one call out for each of them at a time (R6). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

export function askedOnce(): Invariant {
  return monitored(
    {
      id: 'asked-once',
      area: 'EFFICIENCY',
      claim: 'A caller that keeps answers never has two calls out for the same one.',
      faultModel: 'any faults',
    },
    (program) => new OutMonitor(program),
  );
}

/** By the caller's own clock. */
interface Out {
  readonly sentUs: number;
  readonly endedUs: number;
}

class OutMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isOn: boolean;
  /** The last call of each caller for each service and key. */
  private readonly last = new Map<NodeId, Map<string, Out>>();
  private calls = 0;

  constructor(program: Program) {
    this.program = program;
    this.isOn = program.settings.extra['answerCache'] !== undefined;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    if (e.type === 'node' && e.change === 'started') this.last.delete(e.node);
    // Clients of a workload keep nothing.
    if (e.type !== 'observe' || e.node >= this.program.shape.nodes.length) return null;
    return e.value.kind === 'routed' ? this.routed(e.node, e.value, e.timeUs) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'nobody keeps answers' };
    if (this.calls === 0) return { undecided: 'no call had a key' };
    return `${this.calls} calls with a key`;
  }

  private routed(
    node: NodeId,
    { service, instance, affinity, sentUs, tookUs }: RoutedObservation,
    atUs: number,
  ): Explanation | null {
    if (affinity === undefined || instance === null) return null;
    this.calls += 1;
    let own = this.last.get(node);
    if (own === undefined) this.last.set(node, (own = new Map<string, Out>()));
    const id = `${service} ${affinity}`;
    const before = own.get(id);
    own.set(id, { sentUs, endedUs: sentUs + tookUs });
    if (before === undefined || sentUs >= before.endedUs) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, node)} sent ${service} a call for ${affinity} ${when(before.sentUs)} by its clock, which ended ${when(before.endedUs)}.`,
        `It sent another one for the same ${when(sentUs)}.`,
      ],
      ops: [],
    };
  }
}
