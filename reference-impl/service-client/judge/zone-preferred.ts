/**
 * EFFICIENCY: who prefers its own zone stays there while somebody healthy is there, and leaves when
 * nobody is.
 *
 * Both ways are judged: a call that crosses zones without need costs time and money, one that stays
 * where nobody is well costs the answer. What is healthy is what the caller itself said of its checks.
 */
import {
  formatDuration,
  nameNode,
  perNode,
  policyUs,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import { ModeTrack } from '../../mode/judge/track.ts';
import type { RoutedObservation } from '../observations.ts';

export interface ZoneParameters {
  /** Instances are checked this often; divided outside simulation. */
  readonly refreshUs: number;
  /** Differences of clocks and of the order in which things are told, µs. Never divided. */
  readonly slackUs: number;
}

export function zonePreferred(
  p: ZoneParameters = { refreshUs: secondsUs(3), slackUs: 250_000 },
): Invariant {
  return perNode({
    id: 'zone-preferred',
    area: 'EFFICIENCY',
    claim:
      'A node that prefers its own zone calls instances there while its list names a healthy one, and any healthy one when it does not.',
    faultModel: 'any faults; not on the Floor, nor while lists and checks have just changed',
    withClients: false,
    open: (program) => (node) => {
      const refreshUs = policyUs(p.refreshUs, program);
      return new ZoneMonitor(node, program, { ...p, refreshUs });
    },
    basis(monitors) {
      const sum = (of: (m: ZoneMonitor) => number): number =>
        monitors.reduce((n, m) => n + of(m), 0);
      const stayed = sum((m) => m.stayed);
      const left = sum((m) => m.left);
      if (stayed + left === 0) return { undecided: 'no node that prefers its zone called anybody' };
      return `${stayed} calls stayed in their zone, ${left} left it for want of a healthy instance`;
    },
  });
}

class ZoneMonitor implements NodeMonitor {
  private readonly node: NodeId;
  private readonly program: Program;
  private readonly p: ZoneParameters;
  private readonly track: ModeTrack;
  private readonly lists = new Map<string, readonly NodeId[]>();
  private readonly critical = new Set<NodeId>();
  /** Calls sent until then may have been decided by what was known before. */
  private unclearUs = 0;
  stayed = 0;
  left = 0;

  constructor(node: NodeId, program: Program, p: ZoneParameters) {
    this.node = node;
    this.program = program;
    this.p = p;
    this.track = new ModeTrack(p.slackUs);
  }

  process(isUp: boolean, timeUs: number): void {
    this.track.process(isUp, timeUs);
    this.lists.clear();
    this.critical.clear();
    this.unclearUs = timeUs;
  }

  observe(e: ObservationEvent): Explanation | null {
    const { value, timeUs } = e;
    const before = this.track.mode;
    this.track.observe(e);
    if (this.track.mode !== before) this.forget(timeUs);
    if (value.kind === 'discovered') {
      this.lists.set(value.service, listAfter(this.lists.get(value.service) ?? [], value));
      this.unclear(timeUs);
      // Of who is gone the checks forget what they knew, in their next round.
      for (const i of value.removed) if (this.critical.delete(i)) this.unclear(timeUs, 2);
    } else if (value.kind === 'evidence' && value.evidence.kind === 'health') {
      if (value.evidence.issuer === this.node) this.health(value.evidence, timeUs);
    } else if (value.kind === 'routed' && timeUs - value.tookUs > this.unclearUs + this.p.slackUs) {
      return this.routed(value, timeUs);
    }
    return null;
  }

  /** On the Floor nobody is checked, and what was known of anybody is forgotten. */
  private forget(timeUs: number): void {
    if (this.track.mode === 'floor' || this.track.mode === 'recovery') this.critical.clear();
    this.unclear(timeUs, 2);
  }

  private health(e: { readonly subject: string; readonly value: unknown }, timeUs: number): void {
    const instance = Number(/^node (\d+)$/.exec(e.subject)?.[1] ?? NaN);
    if (Number.isNaN(instance)) return;
    if (e.value === 'critical') this.critical.add(instance);
    else this.critical.delete(instance);
    this.unclear(timeUs);
  }

  private unclear(timeUs: number, rounds = 0): void {
    this.unclearUs = Math.max(this.unclearUs, timeUs + rounds * this.p.refreshUs);
  }

  private routed(r: RoutedObservation, timeUs: number): Explanation | null {
    const { mode } = this.track;
    const { nodes } = this.program.shape;
    if (mode === null || mode === 'floor') return null;
    if (this.program.settings.extra['isZonePreferred'] !== true) return null;
    const listed = this.lists.get(r.service) ?? [];
    const healthy = listed.filter((i) => !this.critical.has(i));
    const usable = healthy.length > 0 ? healthy : listed;
    const near = usable.filter((i) => nodes[i]?.zone === nodes[this.node]?.zone);
    const wanted = near.length > 0 ? near : usable;
    if (r.instance === null && (r.outcome !== 'no-instance' || usable.length === 0)) return null;
    if (r.instance === null || !wanted.includes(r.instance)) {
      return this.broken(r, timeUs, near.length > 0, wanted);
    }
    if (near.length > 0) this.stayed += 1;
    else this.left += 1;
    return null;
  }

  private broken(
    r: RoutedObservation,
    atUs: number,
    isNear: boolean,
    wanted: readonly NodeId[],
  ): Explanation {
    const name = (i: NodeId): string =>
      `${nameNode(this.program, i)} (${this.program.shape.nodes[i]?.zone})`;
    const whom = r.instance === null ? 'nobody' : name(r.instance);
    const sentences = [
      `${name(this.node)} called ${whom} of ${r.service} ${when(atUs)}.`,
      `By its own lists and checks since ${formatDuration(this.unclearUs)}, ${wanted.map(name).join(', ')} ${isNear ? 'of its own zone' : 'elsewhere'} were healthy.`,
    ];
    return { atUs, sentences, ops: [] };
  }
}
