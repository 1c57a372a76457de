/** What the judges count of a node's circuits that tripped. */
import type { ObservationEvent } from '../../../harness/spec.ts';
import type { Measured } from '../../mode/judge/measured.ts';
import { WindowCounts } from '../../mode/judge/window-counts.ts';
import type { FigureMeasure, ModeInputs, Side, Writable } from '../../mode/member.ts';
import type {} from '../observations.ts';

export class BreakerMeasure implements FigureMeasure {
  private readonly trips: WindowCounts;

  constructor(of: Measured) {
    this.trips = new WindowCounts(of);
  }

  observe({ value, timeUs }: ObservationEvent): void {
    // What the mode holds open has not tripped.
    if (value.kind === 'circuit' && value.to === 'open' && !value.isForced) this.trips.add(timeUs);
  }

  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void {
    i.tripsPerMinute = this.trips.count(side === 'best' ? 'least' : 'most', atUs);
  }
}
