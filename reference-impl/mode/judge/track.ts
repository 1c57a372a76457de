/** The mode that one node says it is in, through changes and restarts. */
import type { ObservationEvent } from '../../../harness/spec.ts';
import { modeSuccessors } from '../matrix.ts';
import type { Mode } from '../matrix.ts';

export class ModeTrack {
  private readonly slackUs: number;
  private starts = 0;
  private startedUs = 0;
  /** Null: the process started again and has not said yet. */
  mode: Mode | null = 'target';
  /** When the change was told, by true time: from then on the node's other parts act by it. */
  enteredUs = 0;

  constructor(slackUs: number) {
    this.slackUs = slackUs;
  }

  process(isUp: boolean, timeUs: number): void {
    if (isUp) this.starts += 1;
    this.startedUs = timeUs;
    this.enteredUs = timeUs;
    this.mode = this.starts <= 1 ? 'target' : null;
  }

  observe({ value, timeUs }: ObservationEvent): void {
    if (value.kind === 'mode') return this.enter(value.to, timeUs);
    if (value.kind === 'evidence' && value.evidence.kind === 'mode') {
      const found = value.evidence.value;
      if (typeof found === 'string' && found in modeSuccessors) this.enter(found as Mode, timeUs);
    } else if (this.mode === null && timeUs > this.startedUs + this.slackUs) {
      // Whoever finds another mode on its disk says so before anything else.
      this.enter('target', timeUs);
    }
  }

  private enter(mode: Mode, timeUs: number): void {
    this.mode = mode;
    this.enteredUs = timeUs;
  }
}
