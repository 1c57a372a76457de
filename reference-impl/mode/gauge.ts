/** Measures a node by what its own components observe: the gauges of all mechanisms together. */
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { Policy } from '../config.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { ModeRow } from './matrix.ts';
import type { FigureGauge, ModeInputs, Modes } from './member.ts';

export class Gauge {
  private readonly gauges: readonly FigureGauge[];
  private readonly hearing = new Map<Observation['kind'], readonly FigureGauge[]>();

  constructor(config: NodeConfig, policy: Policy, { figures }: Modes) {
    this.gauges = figures.map((f) => f.gauge(config, policy));
    for (const g of this.gauges) {
      for (const kind of g.hears) this.hearing.set(kind, [...(this.hearing.get(kind) ?? []), g]);
    }
  }

  start(nowUs: number): void {
    for (const g of this.gauges) g.start?.(nowUs);
  }

  observed(e: Observation, nowUs: number): void {
    for (const g of this.hearing.get(e.kind) ?? []) g.observed(e, nowUs);
  }

  inputs(nowUs: number): ModeInputs {
    return Object.assign({}, ...this.gauges.map((g) => g.figures(nowUs))) as ModeInputs;
  }

  /** The evidence behind one row of the matrix. A decision must check whether it is in force. */
  behind(row: ModeRow): Evidence[] {
    return this.gauges.flatMap((g) => g.behind?.(row) ?? []);
  }
}
