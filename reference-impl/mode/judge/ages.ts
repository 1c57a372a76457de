/** How long ago something was last confirmed, at its best and at its worst. */
import type { Evidence } from '../../evidence/observations.ts';
import type { Side } from '../member.ts';
import type { Measured } from './measured.ts';
import { Recent } from './sliding-window.ts';

export class Ages {
  private readonly o: Measured;
  /** When each confirmation was told: when it was given. */
  private readonly seen = new Recent<number>();

  constructor(of: Measured) {
    this.o = of;
  }

  confirmed(e: Evidence, timeUs: number): void {
    this.seen.add(timeUs, timeUs - e.staleUsMax);
  }

  isKnown(side: Side, atUs: number): boolean {
    return this.seen.at(this.knownUs(side, atUs)) !== undefined;
  }

  ageUs(side: Side, atUs: number): number {
    const { stretch, p } = this.o;
    const ageUs = Math.max(0, atUs - this.lastUs(this.knownUs(side, atUs)));
    return side === 'worst' ? ageUs * stretch + p.slackUs : ageUs / stretch - p.slackUs;
  }

  /** The last confirmation by what had been told at `atUs`; the start of the process before any. */
  lastUs(atUs: number): number {
    const { bornUs } = this.o;
    return Math.max(bornUs, this.seen.at(atUs) ?? bornUs);
  }

  /** From when on it is older than `ageUs` for sure, unless it is confirmed again. */
  olderUs(ageUs: number): number {
    const { bornUs, stretch, p } = this.o;
    return (this.seen.at(Infinity) ?? bornUs) + (ageUs + p.slackUs) * stretch + 2;
  }

  /** Good news counts early for the best figures, late for the worst. */
  private knownUs(side: Side, atUs: number): number {
    const { slackUs } = this.o.p;
    return side === 'best' ? atUs + slackUs : atUs - slackUs;
  }
}
