/** DISCOVERY: a dead instance is called for no longer than the layer allows by which it was listed (D4, D7). */
import {
  driftFactor,
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
  ObservationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../../registry/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import { HeardByNodes } from './heard.ts';

/** Looser than what callers are to keep to, so that nothing hangs on a clock. µs. */
export interface LayerBound {
  /** Gossip's word takes an instance out after this. */
  readonly heardUs: number;
  /** Where a story does not say otherwise: nobody is called by a list older than this. */
  readonly staleUs: number;
  /** Contact with the registry is told of this often, policy time. */
  readonly toldUs: number;
  /** What a lease takes to end after its time: a sweep, policy time; messages, an election. */
  readonly graceUs: number;
  readonly protocolUs: number;
}

const usual: LayerBound = {
  heardUs: 100_000,
  staleUs: secondsUs(20),
  toldUs: secondsUs(6),
  graceUs: secondsUs(10),
  protocolUs: secondsUs(5),
};

export function layerBounds(bound: LayerBound = usual): Invariant {
  return monitored(
    {
      id: 'layer-bounds',
      area: 'DISCOVERY',
      claim:
        'Who is dead by the word of gossip that a caller has heard gets none of its calls unless nobody else is left; by a list that the registry has not confirmed for the bound nobody is called; so a dead instance is called for at most its lease and that bound.',
      faultModel:
        'any faults; by what each caller was told, and of leases anew from each change of leader; stories with layers',
    },
    (program) => new LayerMonitor(program, bound),
  );
}

class LayerMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly p: LayerBound;
  private readonly isOn: boolean;
  private readonly staleUs: number;
  private readonly heard = new HeardByNodes();
  /** By node and service: is the list what the leader had the last word on? */
  private readonly isDecided = new Map<string, boolean>();
  private readonly deadUs = new Map<NodeId, number>();
  private readonly ttlUs = new Map<NodeId, number>();
  private leaderUs = 0;
  private calls = 0;
  private spared = 0;

  constructor(program: Program, bound: LayerBound) {
    this.program = program;
    this.p = bound;
    const asked = program.settings.extra['routingLayers'] as { staleUs?: number } | null;
    this.isOn = asked !== undefined && asked !== null;
    this.staleUs = (asked?.staleUs ?? bound.staleUs) * driftFactor(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    this.heard.event(e);
    if (e.type === 'node') {
      if (e.change === 'started') this.deadUs.delete(e.node);
      else if (!this.deadUs.has(e.node)) this.deadUs.set(e.node, e.timeUs);
    }
    return e.type === 'observe' ? this.observe(e) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'the story has no layers' };
    if (this.spared === 0) return { undecided: 'gossip took nobody out' };
    return `${this.calls} calls, ${this.spared} times a list without whom gossip takes for dead`;
  }

  private observe(e: ObservationEvent): Explanation | null {
    const { node, value, timeUs } = e;
    if (value.kind === 'role' && value.role === 'leader') this.leaderUs = timeUs;
    if (value.kind === 'lease' && typeof value.instance === 'number') {
      this.ttlUs.set(value.instance, value.ttlUs);
    }
    if (value.kind === 'layered') {
      if (value.out.length > 0) this.spared += 1;
      this.isDecided.set(`${node} ${value.service}`, value.because === 'nobody-left');
    }
    if (value.kind !== 'routed' || value.instance === null || value.source === 'static')
      return null;
    this.calls += 1;
    const call = { node, instance: value.instance, sentUs: timeUs - value.tookUs };
    const why = this.doubted(call, value) ?? this.old(call) ?? this.buried(call);
    if (why === null) return null;
    const [from, to] = [this.name(node), this.name(call.instance)];
    const sent = `${from} sent ${to} a call of ${value.service} ${when(call.sentUs)}.`;
    return { atUs: timeUs, sentences: [sent, why], ops: [] };
  }

  private doubted({ node, instance, sentUs }: Sent, r: RoutedObservation): string | null {
    const sinceUs = this.heard.of(node).dead.get(instance);
    if (sinceUs === undefined || sentUs <= sinceUs + this.p.heardUs) return null;
    if (this.isDecided.get(`${node} ${r.service}`) === true) return null;
    return `Its own gossip takes ${this.name(instance)} for dead since ${formatDuration(sinceUs)}, and somebody else was left.`;
  }

  private old({ node, sentUs }: Sent): string | null {
    const contactUs = this.heard.contactUs(node, sentUs);
    const boundUs = this.staleUs + policyUs(this.p.toldUs, this.program) + secondsUs(1);
    if (contactUs === null || sentUs <= contactUs + boundUs) return null;
    return `The registry last confirmed its lists ${when(contactUs)}; the bound is ${formatDuration(boundUs)}.`;
  }

  private buried({ instance, sentUs }: Sent): string | null {
    const [diedUs, ttlUs] = [this.deadUs.get(instance), this.ttlUs.get(instance)];
    if (diedUs === undefined || ttlUs === undefined) return null;
    const { graceUs, protocolUs } = this.p;
    const leaseUs = ttlUs * driftFactor(this.program) + policyUs(graceUs, this.program);
    const boundUs = leaseUs + protocolUs + this.staleUs;
    if (sentUs <= Math.max(diedUs, this.leaderUs) + boundUs) return null;
    return `${this.name(instance)} died ${when(diedUs)}; its lease and the bound allow ${formatDuration(boundUs)}.`;
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}

interface Sent {
  readonly node: NodeId;
  readonly instance: NodeId;
  readonly sentUs: number;
}
