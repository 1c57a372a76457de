/** DISCOVERY: who was ejected gets no call until its time is over (D8). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

export function ejectedSpared(): Invariant {
  return monitored(
    {
      id: 'ejected-spared',
      area: 'DISCOVERY',
      claim: 'A caller sends an instance that it has ejected nothing before its time is over.',
      faultModel: "any faults, by the caller's own clock",
    },
    (program) => new SparedMonitor(program),
  );
}

interface Out {
  readonly sinceUs: number;
  readonly untilUs: number;
}

class SparedMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly out = new Map<NodeId, Map<string, Out>>();
  private ejections = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.out.delete(e.node);
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'ejected') {
      this.ejections += 1;
      const own = this.out.get(e.node) ?? new Map<string, Out>();
      this.out.set(e.node, own.set(`${e.value.service} ${e.value.instance}`, e.value));
    }
    if (e.value.kind !== 'routed' || e.value.instance === null) return null;
    const { service, instance, sentUs } = e.value;
    const out = this.out.get(e.node)?.get(`${service} ${instance}`);
    // What was out when it was ejected was sent before.
    if (out === undefined || sentUs <= out.sinceUs || sentUs >= out.untilUs) return null;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} ejected ${nameNode(this.program, instance)} for ${formatDuration(out.untilUs - out.sinceUs)}, and sent it a call ${formatDuration(sentUs - out.sinceUs)} later.`,
        `That call ended ${when(e.timeUs)}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.ejections === 0) return { undecided: 'nobody was ejected' };
    return `${this.ejections} ejections`;
  }
}
