/** What the judges measure of a node's health checks: which share of them fails. */
import type { ObservationEvent } from '../../../harness/spec.ts';
import type { Measured } from '../../mode/judge/measured.ts';
import { Recent } from '../../mode/judge/sliding-window.ts';
import type { FigureMeasure, ModeInputs, Side, Writable } from '../../mode/member.ts';
import type {} from '../observations.ts';

interface Rate {
  readonly permille: number;
  readonly issuedUs: number;
  readonly lifetimeUs: number;
}

const noRate: Rate = { permille: 0, issuedUs: 0, lifetimeUs: Infinity };

export class CheckMeasure implements FigureMeasure {
  private readonly o: Measured;
  private readonly rates = new Recent<Rate>();

  constructor(of: Measured) {
    this.o = of;
  }

  observe({ value, timeUs, node }: ObservationEvent): void {
    if (value.kind !== 'evidence' || value.evidence.issuer !== node) return;
    const e = value.evidence;
    if (e.kind !== 'health' || typeof e.value !== 'object') return;
    const { permille } = e.value;
    this.rates.add(timeUs, { permille, issuedUs: e.issuedUs, lifetimeUs: e.lifetimeUs });
  }

  fill(i: Writable<ModeInputs>, side: Side, atUs: number): void {
    const { slackUs } = this.o.p;
    const seen = this.rates.during(atUs - slackUs, atUs + slackUs, noRate);
    const permilles = seen.map((r) => (this.isOver(r, side, atUs) ? 0 : r.permille));
    i.checkFailurePermille = side === 'best' ? Math.min(...permilles) : Math.max(...permilles);
  }

  private isOver(r: Rate, side: Side, atUs: number): boolean {
    const { stretch, trueUs, p } = this.o;
    const ageUs = atUs - trueUs(r.issuedUs);
    if (side === 'best') return ageUs * stretch + p.slackUs >= r.lifetimeUs;
    return ageUs / stretch - p.slackUs >= r.lifetimeUs;
  }
}
