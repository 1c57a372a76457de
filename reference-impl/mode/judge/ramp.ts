/** Whether the calls that one node makes in Recovery keep to the share of each step. */
import { likelyAtMost, when } from '../../../harness/spec.ts';
import { recoverySteps } from '../matrix.ts';
import type { RecoveryStep } from '../matrix.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

/** More than the steps with a share that any run has. */
const testsMax = 1_024;

export class Ramp {
  private readonly slackUs: number;
  private step: RecoveryStep | null = null;
  private beganUs = 0;
  /** Calls decided in this step: made, and kept back. */
  private made = 0;
  private kept = 0;

  constructor(slackUs: number) {
    this.slackUs = slackUs;
  }

  /** A step begins, which ends the one before: sentences when that made too many calls. */
  begin(name: string, timeUs: number): readonly string[] | null {
    const over = this.end();
    this.step = recoverySteps.find((s) => s.step === name) ?? null;
    this.beganUs = timeUs;
    return over;
  }

  end(): readonly string[] | null {
    const { step, made, kept } = this;
    this.step = null;
    this.made = 0;
    this.kept = 0;
    if (step === null || step.proof === 'tested') return null;
    const all = made + kept;
    if (made <= likelyAtMost(all, step.sharePermille / 1_000, testsMax)) return null;
    return [
      `In the step ${step.step} of Recovery, which began ${when(this.beganUs)}, it made ${made} of ${all} calls.`,
      `${step.sharePermille / 10} % are its share, and chance explains more than that less than once in 10⁹ runs.`,
    ];
  }

  /** A call that was sent, or not, at `sentUs`; sentences when it was kept back though all are made. */
  call(r: RoutedObservation, sentUs: number): readonly string[] | null {
    const { step } = this;
    // What ends after its step is lost: it can only make the share look smaller.
    if (step === null || sentUs <= this.beganUs + this.slackUs) return null;
    if (r.outcome !== 'shed') this.made += 1;
    else if (step.sharePermille < 1_000) this.kept += 1;
    else {
      return [
        `It kept a call of ${r.service} back ${when(sentUs)}, in the step ${step.step} of Recovery in which all are made.`,
      ];
    }
    return null;
  }
}
