/** How a node measures which share of its health checks fails, for the modes. */
import type { Observation } from '../../harness/core/observation.ts';
import type { NodeConfig } from '../../harness/core/system.ts';
import { isInForce } from '../evidence/observations.ts';
import type { Evidence, EvidenceOf } from '../evidence/observations.ts';
import type { ModeRow } from '../mode/matrix.ts';
import type { FigureGauge, ModeInputs } from '../mode/member.ts';
import type {} from './observations.ts';

export class CheckGauge implements FigureGauge {
  readonly hears = ['evidence'] as const;
  private readonly self: number;
  private checks: EvidenceOf<'health'> | null = null;

  constructor({ id }: NodeConfig) {
    this.self = id;
  }

  observed(o: Observation): void {
    if (o.kind !== 'evidence' || o.evidence.issuer !== this.self) return;
    if (o.evidence.kind === 'health' && o.evidence.subject === 'checks') this.checks = o.evidence;
  }

  figures(nowUs: number): Partial<ModeInputs> {
    const isKnown = this.checks !== null && isInForce(this.checks, nowUs);
    const value = isKnown ? this.checks?.value : undefined;
    return { checkFailurePermille: typeof value === 'object' ? value.permille : 0 };
  }

  behind(row: ModeRow): readonly Evidence[] {
    return row === 'discovery' && this.checks !== null ? [this.checks] : [];
  }
}
