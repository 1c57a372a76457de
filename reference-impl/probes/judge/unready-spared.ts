/** DISCOVERY: who is not ready gets no calls (D2). */
import {
  formatDuration,
  monitored,
  nameNode,
  policyUs,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';
import type {} from '../observations.ts';

export function unreadySpared(boundUs = secondsUs(5)): Invariant {
  return monitored(
    {
      id: 'unready-spared',
      area: 'DISCOVERY',
      claim:
        'An instance whose program starts or is not ready is sent no call later than the bound after that was known.',
      faultModel: 'the registry and its watchers in reach; stories with probes',
    },
    (program) => new UnreadyMonitor(program, boundUs),
  );
}

class UnreadyMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number;
  private readonly unreadyUs = new Map<NodeId, number>();
  private spells = 0;
  private calls = 0;

  constructor(program: Program, boundUs: number) {
    this.program = program;
    this.boundUs = policyUs(boundUs, program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.unreadyUs.delete(e.node);
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'probed') {
      if (value.state === 'ready') this.unreadyUs.delete(node);
      else if (!this.unreadyUs.has(node)) this.unreadyUs.set(node, timeUs);
      if (value.because !== null) this.spells += 1;
    }
    if (value.kind !== 'routed' || value.instance === null) return null;
    this.calls += 1;
    const sinceUs = this.unreadyUs.get(value.instance);
    const sentUs = timeUs - value.tookUs;
    if (sinceUs === undefined || sentUs <= sinceUs + this.boundUs) return null;
    return {
      atUs: timeUs,
      sentences: [
        `${nameNode(this.program, node)} sent ${nameNode(this.program, value.instance)} a call ${when(sentUs)}, whose program is not ready since ${formatDuration(sinceUs)}.`,
        `The bound is ${formatDuration(this.boundUs)}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.spells === 0) return { undecided: 'no probe failed for long' };
    return `${this.calls} calls, ${this.spells} times a program was restarted or taken out`;
  }
}
