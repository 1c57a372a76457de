/** How a node measures which share of its calls fails, for the modes. */
import type { Observation } from '../../harness/core/observation.ts';
import type { Policy } from '../config.ts';
import type { FigureGauge, ModeInputs } from '../mode/member.ts';
import { SlidingCount } from '../mode/window.ts';
import type {} from './observations.ts';

/** Fewer calls than this in the window are no rate: one failure of one would be 100 %. */
const callsMin = 10;

export class CallGauge implements FigureGauge {
  readonly hears = ['routed'] as const;
  private readonly sent: SlidingCount;
  private readonly failed: SlidingCount;

  constructor({ rateWindowUs }: Policy) {
    this.sent = new SlidingCount(rateWindowUs);
    this.failed = new SlidingCount(rateWindowUs);
  }

  observed(e: Observation, nowUs: number): void {
    // Only calls really sent: what was refused or shed says nothing about the service.
    if (e.kind !== 'routed' || e.instance === null) return;
    this.sent.add(nowUs);
    if (e.outcome !== 'ok') this.failed.add(nowUs);
  }

  figures(nowUs: number): Partial<ModeInputs> {
    const sent = this.sent.count(nowUs);
    const failed = this.failed.count(nowUs);
    return { failurePermille: sent < callsMin ? 0 : Math.floor((failed * 1000) / sent) };
  }
}
