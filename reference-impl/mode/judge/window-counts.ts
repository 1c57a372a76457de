/** How much happened within a node's sliding window, at least and at most. */
import type { Measured } from './measured.ts';
import { Slots } from './sliding-window.ts';

/** A window is counted in this many slots by the node. */
const slotsInWindow = 60;

export class WindowCounts {
  private readonly o: Measured;
  private readonly slots: Slots;

  constructor(of: Measured) {
    this.o = of;
    this.slots = new Slots(of.p.windowUs / slotsInWindow);
  }

  add(timeUs: number): void {
    this.slots.add(timeUs);
  }

  count(bound: 'least' | 'most', atUs: number): number {
    const { windowUs, slackUs } = this.o.p;
    // The node's own window is up to a slot short.
    if (bound === 'most') return this.slots.count(atUs - windowUs - slackUs, atUs + slackUs, bound);
    const shortUs = windowUs - windowUs / slotsInWindow - slackUs;
    return this.slots.count(atUs - shortUs, atUs - slackUs, bound);
  }
}
