/** How a node measures its copy of the configuration for the modes. */
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import type { Evidence } from '../evidence/observations.ts';
import type { ModeRow } from '../mode/matrix.ts';
import type { FigureGauge, ModeInputs } from '../mode/member.ts';

export class ConfigGauge implements FigureGauge {
  readonly hears = ['evidence'] as const;
  private readonly self: number;
  private startUs = 0;
  private confirmed: Evidence | null = null;

  constructor({ id }: NodeConfig) {
    this.self = id;
  }

  start(nowUs: number): void {
    this.startUs = nowUs;
  }

  observed(o: Observation): void {
    if (o.kind !== 'evidence' || o.evidence.issuer !== this.self) return;
    if (o.evidence.kind === 'config') this.confirmed = o.evidence;
  }

  figures(nowUs: number): Partial<ModeInputs> {
    return {
      configAgeUs: nowUs - (this.confirmed?.issuedUs ?? this.startUs),
      hasConfigCache: this.confirmed !== null,
    };
  }

  behind(row: ModeRow): readonly Evidence[] {
    return row === 'config' && this.confirmed !== null ? [this.confirmed] : [];
  }
}
