/** EFFICIENCY: the leader is asked only where memory and gossip are not good enough (D4). */
import {
  driftFactor,
  formatDuration,
  monitored,
  nameNode,
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
import type { EscalatedObservation } from '../observations.ts';
import { HeardByNodes } from './heard.ts';

export function cheapFirst(freshUs = secondsUs(7)): Invariant {
  return monitored(
    {
      id: 'cheap-first',
      area: 'EFFICIENCY',
      claim:
        'A caller asks the leader who can be called only when the registry has not confirmed its list for the bound, when nobody is on it, or when gossip takes all of it for dead.',
      faultModel: 'any faults; by what each caller was told; stories with layers',
    },
    (program) => new CheapMonitor(program, freshUs),
  );
}

class CheapMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly isOn: boolean;
  private readonly freshUs: number;
  private readonly heard = new HeardByNodes();
  private readonly counts = new Map<string, number>();
  private answers = 0;

  constructor(program: Program, usualUs: number) {
    this.program = program;
    const asked = program.settings.extra['routingLayers'] as { freshUs?: number } | null;
    this.isOn = asked !== undefined && asked !== null;
    this.freshUs = (asked?.freshUs ?? usualUs) / driftFactor(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    if (e.type === 'observe' && e.value.kind === 'escalated') {
      const wrong = this.judge(e.node, e.value, e.timeUs);
      if (wrong !== null) return wrong;
    }
    if (e.type === 'observe' && e.value.kind === 'layered') this.answers += 1;
    this.heard.event(e);
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'the story has no layers' };
    if (this.answers === 0) return { undecided: 'nobody was looked for' };
    const asked = [...this.counts].map(([because, n]) => `${n} ${because}`).join(', ');
    return `questions to the leader: ${asked === '' ? 'none' : asked}`;
  }

  private judge(node: NodeId, e: EscalatedObservation, timeUs: number): Explanation | null {
    const { service, because, tookUs } = e;
    this.counts.set(because, (this.counts.get(because) ?? 0) + 1);
    const why = this.notSo(node, e, timeUs - tookUs);
    if (why === null) return null;
    const asked = `${nameNode(this.program, node)} asked the leader ${when(timeUs - tookUs)} who serves ${service}, because: ${because}.`;
    return { atUs: timeUs, sentences: [asked, why], ops: [] };
  }

  private notSo(node: NodeId, e: EscalatedObservation, askedUs: number): string | null {
    if (e.because === 'old') {
      const contactUs = this.heard.contactUs(node, askedUs);
      if (contactUs === null || askedUs - contactUs >= this.freshUs) return null;
      return `The registry had confirmed its lists ${formatDuration(askedUs - contactUs)} before.`;
    }
    if (e.because === 'not-known') return null;
    const { lists, dead, revived } = this.heard.of(node);
    const list = lists.get(e.service);
    // What came since it asked it could not know.
    if (list === undefined || list.changedUs >= askedUs) return null;
    const left = [...list.instances].filter((i) => {
      return !dead.has(i) && (revived.get(i) ?? -1) < askedUs;
    });
    if (left.length === 0) return null;
    return `Gossip did not take ${nameNode(this.program, left[0] as NodeId)} for dead, which was on its list.`;
  }
}
