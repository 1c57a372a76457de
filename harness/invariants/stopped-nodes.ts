/** When nodes stood still or waited for their disks: what is late meanwhile is not held against them. */
import type { FaultEvent, StallEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { excusesLateness } from '../faults/harms.ts';

/** Follows the faults of a run; constant work an event. */
export class StoppedNodes {
  private readonly begun = new Map<number, FaultEvent>();
  /** Faults that stop a node now, and when the last of those that are over ended. */
  private readonly active = new Map<NodeId, number>();
  private readonly endedUs = new Map<NodeId, number>();
  /** All lateness that drivers reported so far: bounds grow by it. */
  private stalledUs = 0;

  event(e: FaultEvent | StallEvent): void {
    if (e.type === 'stall') this.stalledUs += e.lateUs;
    else if (excusesLateness(e.kind)) this.fault(e);
  }

  /** Has `node` been at work for longer than `boundUs` since `sinceUs`, without interruption? */
  isOverdue(node: NodeId, sinceUs: number, boundUs: number, timeUs: number): boolean {
    if ((this.active.get(node) ?? 0) > 0) return false;
    const fromUs = Math.max(sinceUs, this.endedUs.get(node) ?? 0);
    return timeUs - fromUs > boundUs + this.stalledUs;
  }

  private fault(e: FaultEvent): void {
    if (e.phase === 'begin') {
      this.begun.set(e.fault, e);
      for (const n of e.nodes) this.active.set(n, (this.active.get(n) ?? 0) + 1);
    }
    const begin = this.begun.get(e.fault);
    if (e.phase !== 'end' || begin === undefined) return;
    this.begun.delete(e.fault);
    for (const n of begin.nodes) {
      this.active.set(n, (this.active.get(n) ?? 0) - 1);
      this.endedUs.set(n, e.timeUs);
    }
  }
}
