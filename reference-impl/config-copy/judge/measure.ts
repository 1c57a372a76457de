/** What the judges measure of a node's copy of the configuration. */
import type { ObservationEvent } from '../../../harness/spec.ts';
import { Ages } from '../../mode/judge/ages.ts';
import type { Measured } from '../../mode/judge/measured.ts';
import type { FigureMeasure, ModeInputs, Side, Writable } from '../../mode/member.ts';
import type {} from '../observations.ts';

export class ConfigMeasure implements FigureMeasure {
  private readonly o: Measured;
  private readonly copies: Ages;

  constructor(of: Measured) {
    this.o = of;
    this.copies = new Ages(of);
  }

  observe({ value, timeUs, node }: ObservationEvent): void {
    if (value.kind !== 'evidence' || value.evidence.issuer !== node) return;
    if (value.evidence.kind === 'config') this.copies.confirmed(value.evidence, timeUs);
  }

  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void {
    i.configAgeUs = this.copies.ageUs(side, atUs);
    i.hasConfigCache = this.copies.isKnown(side, atUs);
  }

  thresholdsUs(): readonly number[] {
    return [this.copies.olderUs(this.o.p.policy.propagationUs)];
  }
}
