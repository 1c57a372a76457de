/** RESILIENCE: who is allowed is let in, as soon as instances can know it (D10). */
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
import type {} from '../../evidence/observations.ts';
import type {} from '../../discovery/observations.ts';
import type { IntentionObservation } from '../observations.ts';
import { boundOf } from './bound.ts';
import { Permissions } from './permissions.ts';

/** Contact is told at every second refresh of 3 s, or before; policy time. */
const usualGapUs = secondsUs(7);

export function deniedForCause(): Invariant {
  return monitored(
    {
      id: 'denied-for-cause',
      area: 'RESILIENCE',
      claim:
        'An instance denies a call only where it was not allowed at some time of the bound before, or where the instance could not reach the store meanwhile.',
      faultModel:
        "any faults; contact by what each instance says of its copy; clocks within the plan's drift",
    },
    (program) => new CauseMonitor(program),
  );
}

class CauseMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number | null;
  private readonly gapUs: number;
  private readonly permissions: Permissions;
  /** Of each instance: the store answered then, and since when without a gap. */
  private readonly contact = new Map<NodeId, { sinceUs: number; lastUs: number }>();
  private denials = 0;

  constructor(program: Program) {
    this.program = program;
    this.boundUs = boundOf(program);
    this.gapUs = policyUs(usualGapUs, program);
    this.permissions = new Permissions(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.boundUs === null) return null;
    this.permissions.event(e);
    if (e.type === 'node') this.contact.delete(e.node);
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'evidence' && value.evidence.kind === 'registry-contact') {
      this.heard(node, timeUs - value.evidence.staleUsMax);
    }
    if (value.kind !== 'intention' || value.isAllowed) return null;
    this.denials += 1;
    const why = this.notSo(node, value, timeUs, this.boundUs);
    if (why === null) return null;
    const denied = `${nameNode(this.program, node)} denied ${value.source} a call ${when(timeUs)}, because: ${value.because}.`;
    return { atUs: timeUs, sentences: [denied, why], ops: [] };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.boundUs === null) return { undecided: 'the story has no intentions' };
    if (this.denials === 0) return { undecided: 'nobody was denied' };
    return `${this.denials} denials told`;
  }

  private heard(node: NodeId, atUs: number): void {
    const known = this.contact.get(node) ?? { sinceUs: atUs, lastUs: atUs };
    this.contact.set(node, known);
    if (atUs - known.lastUs > this.gapUs) known.sinceUs = atUs;
    known.lastUs = Math.max(known.lastUs, atUs);
  }

  private notSo(
    node: NodeId,
    d: IntentionObservation,
    timeUs: number,
    boundUs: number,
  ): string | null {
    const contact = this.contact.get(node);
    const isReached =
      contact !== undefined &&
      timeUs - contact.lastUs < this.gapUs &&
      timeUs - contact.sinceUs > boundUs;
    if (!isReached) return null;
    if (d.because === 'old') {
      return `It reached the store without a gap since ${formatDuration(contact.sinceUs)}.`;
    }
    const service = this.program.shape.nodes[node]?.service ?? '';
    if (this.permissions.between(d.source, service, timeUs - boundUs, timeUs).denied) return null;
    return `For ${formatDuration(boundUs)} before intentions had allowed it without a gap.`;
  }
}
