/** Whether the calls that one node makes are those that its mode allows. */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { NodeId } from '../../../harness/spec.ts';
import type { Mode } from '../matrix.ts';
import type { Modes } from '../member.ts';
import { listAfter } from '../../discovery/observations.ts';
import type { DiscoveredObservation } from '../../discovery/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';
import type { JudgedNode } from './parameters.ts';

/** A call that was sent, as the next one is compared with it. */
interface Sent {
  readonly instance: NodeId;
  /** How often lists had changed when it ended. */
  readonly lists: number;
}

export class ModeCalls {
  private readonly o: JudgedNode;
  private readonly behaviours: Modes['behaviours'];
  /** Per service the instances that calls may go to; how often any of them changed. */
  private readonly lists = new Map<string, readonly NodeId[]>();
  private listChanges = 0;
  /** Of the calls sent in this mode: the last of each service, and when the last of all ended. */
  private readonly sent = new Map<string, Sent>();
  private endedUs = 0;
  /** Since when lists have been too old for the mode; null: they are not. */
  private tooOldUs: number | null = null;

  constructor(parts: JudgedNode, behaviours: Modes['behaviours']) {
    this.o = parts;
    this.behaviours = behaviours;
  }

  /** The mode changed. */
  enter(): void {
    this.sent.clear();
    this.endedUs = 0;
    this.tooOldUs = null;
  }

  /** The process started, or is gone. */
  forget(): void {
    this.enter();
    this.lists.clear();
  }

  list(d: DiscoveredObservation): void {
    this.lists.set(d.service, listAfter(this.lists.get(d.service) ?? [], d));
    this.listChanges += 1;
  }

  /** Does it know an instance of `service` besides itself? */
  hasOther(service: string): boolean {
    return this.lists.get(service)?.some((i) => i !== this.o.node) === true;
  }

  /** A call sent in `mode`, or not, by the rules of that mode alone: what is wrong with it, or null. */
  wrong(r: RoutedObservation, mode: Mode, timeUs: number): string | null {
    if (r.outcome === 'shed' && !this.behaviours[mode]['demo-service'].isRamped) {
      return `It kept a call of ${r.service} back.`;
    }
    if (r.instance === null) return null;
    return (
      this.wrongSource(r, r.instance, mode, timeUs) ??
      this.wrongLimit(r, mode) ??
      this.wrongRound(r, r.instance, mode)
    );
  }

  private wrongSource(
    r: RoutedObservation,
    instance: NodeId,
    mode: Mode,
    timeUs: number,
  ): string | null {
    const { sources, isLocal } = this.behaviours[mode].discovery;
    const { p, node, stopped, program } = this.o;
    const call = `A call of ${r.service} that ended then went to ${this.name(instance)} by a ${r.source} list`;
    const from = program.shape.nodes[node]?.zone;
    const to = program.shape.nodes[instance]?.zone;
    if (r.source === 'static' && isLocal && from !== to) {
      return `${call}, into ${to} from ${from}.`;
    }
    if (sources.includes(r.source)) {
      this.tooOldUs = null;
      return null;
    }
    // A list that grows too old must first be noticed; on the Floor none is used from the start.
    const mayGrowOld = r.source === 'stale' && !sources.includes('static');
    if (!mayGrowOld) return `${call}.`;
    this.tooOldUs ??= timeUs;
    const boundUs = p.lateUs + p.protocolUs;
    if (!stopped.isOverdue(node, this.tooOldUs, boundUs, timeUs)) return null;
    return `${call}, as did others since ${formatDuration(this.tooOldUs)}.`;
  }

  /** With a limit of 1 no call is sent before the last has ended. */
  private wrongLimit(r: RoutedObservation, mode: Mode): string | null {
    const lastUs = this.endedUs;
    this.endedUs = Math.max(lastUs, r.sentUs + r.tookUs);
    if (this.behaviours[mode]['service-client'].callsMax !== 1 || r.sentUs >= lastUs) return null;
    return `By its own clock it sent a call of ${r.service} ${when(r.sentUs)}, when one was out that ended ${when(lastUs)}.`;
  }

  /** Round robin: not the same again while there is another. */
  private wrongRound(r: RoutedObservation, instance: NodeId, mode: Mode): string | null {
    const before = this.sent.get(r.service);
    this.sent.set(r.service, { instance, lists: this.listChanges });
    if (!this.behaviours[mode].balancer.isRoundRobin || before?.instance !== instance) return null;
    const others = (this.lists.get(r.service) ?? []).filter((i) => i !== instance);
    if (before.lists !== this.listChanges || others.length === 0) return null;
    const names = others.map((i) => this.name(i)).join(', ');
    return `Two calls of ${r.service} in a row went to ${this.name(instance)}, past ${names}.`;
  }

  private name(node: NodeId): string {
    return nameNode(this.o.program, node);
  }
}
