/** What the judges measure of a node's calls: which share of them fails. */
import type { ObservationEvent } from '../../../harness/spec.ts';
import type { Measured } from '../../mode/judge/measured.ts';
import { WindowCounts } from '../../mode/judge/window-counts.ts';
import type { FigureMeasure, ModeInputs, Side, Writable } from '../../mode/member.ts';
import type {} from '../observations.ts';

export class CallMeasure implements FigureMeasure {
  private readonly callsMin: number;
  private readonly succeeded: WindowCounts;
  private readonly failed: WindowCounts;

  constructor(of: Measured) {
    this.callsMin = of.p.callsMin;
    this.succeeded = new WindowCounts(of);
    this.failed = new WindowCounts(of);
  }

  observe({ value, timeUs }: ObservationEvent): void {
    // Only calls really sent.
    if (value.kind !== 'routed' || value.instance === null) return;
    if (value.outcome === 'ok') this.succeeded.add(timeUs);
    else this.failed.add(timeUs);
  }

  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void {
    const bad = side === 'best' ? 'least' : 'most';
    const good = side === 'best' ? 'most' : 'least';
    const failed = this.failed.count(bad, atUs);
    const succeeded = this.succeeded.count(good, atUs);
    const sent = failed + this.succeeded.count(bad, atUs);
    i.failurePermille = sent < this.callsMin ? 0 : (failed * 1_000) / (failed + succeeded);
  }
}
