/** MODES: while a node is Degraded its sessions stay where they are, and none of those they call gets too much (W2, M1). */
import { formatDuration, nameNode, perNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  Json,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type { DiscoveredObservation } from '../../discovery/observations.ts';
import { usualModes } from '../../mode/judge/parameters.ts';
import { ModeTrack } from '../../mode/judge/track.ts';
import type {} from '../../health-checks/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

const { slackUs } = usualModes;
/** Calls that may be out, and are told later than others that were sent after them. */
const outMax = 20;
/** An instance with so many thousandths of the average may be about to be full. */
const nearlyPermille = 750;

export function sessionsStay(): Invariant {
  return perNode({
    id: 'sessions-stay',
    area: 'MODES',
    claim:
      'While a node is Degraded, the calls of a session go where its last one went as long as that instance is listed and well, and no instance gets more than twice the average of them.',
    faultModel:
      'any faults, for callers that heed no SLOW_DOWN; what was sent when the mode or a list changed is not judged',
    withClients: false,
    unjudged(program) {
      if (permilleMaxOf(program) === null) return 'calls have no sessions';
      return program.settings.extra['backpressure'] === undefined ? null : 'callers heed SLOW_DOWN';
    },
    open: (program) => (node) => new SessionMonitor(program, node),
    basis(monitors) {
      const kept = monitors.reduce((n, m) => n + m.kept, 0);
      if (kept === 0) return { undecided: 'no session made two calls of a node that was Degraded' };
      return `${kept} calls that stayed`;
    },
  });
}

interface Sent {
  readonly instance: NodeId;
  readonly sentUs: number;
}

interface Towards {
  list: readonly NodeId[];
  /** The fewest that were listed since the mode began: who has come since makes nobody move. */
  fewest: number;
  /** When it changed, or some call of the service went wrong. */
  troubledUs: number;
  /** Of calls that have ended: where each session was, and when it was sent there. */
  readonly last: Map<string, Sent>;
  readonly ended: Map<NodeId, number>;
  total: number;
}

class SessionMonitor implements NodeMonitor {
  private readonly program: Program;
  private readonly node: NodeId;
  private readonly permilleMax: number;
  private readonly track = new ModeTrack(slackUs);
  private readonly services = new Map<string, Towards>();
  kept = 0;

  constructor(program: Program, node: NodeId) {
    this.program = program;
    this.node = node;
    this.permilleMax = permilleMaxOf(program) ?? 0;
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
    this.services.clear();
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs } = e;
    const { enteredUs } = this.track;
    this.track.observe(e);
    if (this.track.enteredUs !== enteredUs) this.enter();
    if (value.kind === 'discovered') this.discovered(value, timeUs);
    // A check may take somebody out whom calls have not met.
    if (value.kind === 'evidence' && value.evidence.kind === 'health') {
      if (typeof value.evidence.value === 'string') this.troubled(timeUs);
    }
    return value.kind === 'routed' ? this.routed(value, timeUs) : null;
  }

  private enter(): void {
    for (const t of this.services.values()) {
      t.last.clear();
      t.ended.clear();
      t.total = 0;
      t.fewest = t.list.length;
    }
  }

  private troubled(timeUs: number): void {
    for (const t of this.services.values()) t.troubledUs = timeUs;
  }

  private discovered(d: DiscoveredObservation, timeUs: number): void {
    const t = this.towards(d.service);
    t.list = listAfter(t.list, d);
    t.fewest = Math.min(t.fewest, t.list.length);
    t.troubledUs = timeUs;
  }

  private routed(r: RoutedObservation, timeUs: number): Explanation | null {
    const { mode, enteredUs } = this.track;
    const { service, instance, affinity } = r;
    const t = this.towards(service);
    // Whoever fails may be taken for sick.
    if (r.outcome !== 'ok') t.troubledUs = timeUs;
    const sentUs = timeUs - r.tookUs;
    if (mode !== 'degraded' || instance === null || affinity === undefined) return null;
    if (sentUs <= enteredUs) return null;
    const before = t.last.get(affinity);
    t.ended.set(instance, (t.ended.get(instance) ?? 0) + 1);
    t.total += 1;
    if (before === undefined || before.sentUs < sentUs) t.last.set(affinity, { instance, sentUs });
    const wrong = this.tooMany(t, instance) ?? this.moved(t, before, { instance, sentUs });
    if (wrong === null) return null;
    return {
      atUs: timeUs,
      sentences: [
        `${nameNode(this.program, this.node)} is Degraded since ${formatDuration(enteredUs)}.`,
        `A call of the session ${affinity}, sent ${when(sentUs)}, went to ${this.name(instance)}.`,
        wrong,
      ],
      ops: [],
    };
  }

  private tooMany({ ended, total, fewest }: Towards, instance: NodeId): string | null {
    const own = ended.get(instance) ?? 0;
    if (fewest < 3 || (own - outMax) * fewest * 1_000 <= this.permilleMax * total) return null;
    return `Of ${total} calls of sessions it got ${own}, ${((own * fewest) / total).toFixed(2)} times the average of ${fewest} instances.`;
  }

  /** Two calls of one session, as they were told. */
  private moved(t: Towards, before: Sent | undefined, now: Sent): string | null {
    if (before === undefined) return null;
    if (before.instance === now.instance) {
      this.kept += 1;
      return null;
    }
    // Calls end in another order than they were sent in.
    const [from, to] = before.sentUs < now.sentUs ? [before, now] : [now, before];
    const own = (t.ended.get(from.instance) ?? 0) + outMax;
    const most = (this.permilleMax * t.total * nearlyPermille) / 1_000;
    const isFull = own * t.list.length * 1_000 > most;
    const isCalm = from.sentUs > t.troubledUs + slackUs;
    if (!isCalm || isFull || !t.list.includes(from.instance)) return null;
    return `One that was sent ${when(from.sentUs)} had gone to ${this.name(from.instance)}, which is listed and has room: ${own - outMax} of ${t.total} calls; the next one, ${when(to.sentUs)}, went to ${this.name(to.instance)}.`;
  }

  private towards(service: string): Towards {
    let t = this.services.get(service);
    if (t === undefined) {
      t = { list: [], fewest: 0, troubledUs: 0, last: new Map(), ended: new Map(), total: 0 };
      this.services.set(service, t);
    }
    return t;
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}

/** Thousandths of the average that an instance may get; null: calls have no sessions. */
function permilleMaxOf({ settings }: Program): number | null {
  const asked: Json | undefined = settings.extra['sessions'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { loadPermilleMax = 2_000 } = asked as Readonly<Record<string, Json>>;
  return typeof loadPermilleMax === 'number' ? loadPermilleMax : null;
}
