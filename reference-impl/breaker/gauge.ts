/** How a node counts its circuits that tripped, for the modes. */
import type { Observation } from '../../harness/core/observation.ts';
import type { Policy } from '../config.ts';
import type { FigureGauge, ModeInputs } from '../mode/member.ts';
import { SlidingCount } from '../mode/window.ts';
import type {} from './observations.ts';

export class BreakerGauge implements FigureGauge {
  readonly hears = ['circuit'] as const;
  private readonly trips: SlidingCount;

  constructor({ rateWindowUs }: Policy) {
    this.trips = new SlidingCount(rateWindowUs);
  }

  observed(e: Observation, nowUs: number): void {
    // What the Floor holds open has not tripped.
    if (e.kind === 'circuit' && e.to === 'open' && !e.isForced) this.trips.add(nowUs);
  }

  figures(nowUs: number): Partial<ModeInputs> {
    return { tripsPerMinute: this.trips.count(nowUs) };
  }
}
