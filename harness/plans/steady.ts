/** Steady state: clients are served before the faults, not for too long without during them, and after. */
import { formatDuration } from '../core/duration.ts';
import type { History, HistoryEvent } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Explanation } from '../core/verdict.ts';
import { monitored, type RunMonitor } from '../invariants/monitored.ts';
import type { PlanForm } from './form.ts';

type Steady = NonNullable<PlanForm['steady']>;

export function steadyState(steady: Steady): Invariant {
  return monitored(
    {
      id: 'steady-state',
      area: 'RESILIENCE',
      claim: 'Clients are served before, during and after the faults, as the plan says.',
      faultModel: 'the faults of the plan',
    },
    () => new Served(steady),
  );
}

class Served implements RunMonitor {
  private readonly steady: Steady;
  private begunUs: number | null = null;
  private endedUs = 0;
  private inForce = 0;
  private successes = 0;
  private lastSuccessUs: number | null = null;
  private askedUs: number | null = null;
  /** The first operation, and the first success, after all faults. */
  private askedAfterUs: number | null = null;
  private backUs: number | null = null;
  private failedBefore: string | null = null;

  constructor(steady: Steady) {
    this.steady = steady;
  }

  event(e: HistoryEvent): Explanation | null {
    const { type, timeUs } = e;
    if (type === 'fault') this.fault(e.phase, timeUs);
    if (type === 'ok') this.succeeded(timeUs);
    if (type === 'invoke') this.asked(timeUs);
    if (type === 'info' && this.begunUs === null) this.failedBefore ??= e.error ?? 'no answer';
    return type === 'invoke' || type === 'fail' || type === 'info' ? this.tooLong(timeUs) : null;
  }

  end(history: History): string | { readonly undecided: string } | Explanation {
    const { after } = this.steady;
    if (!this.wasSteady) {
      const why = this.failedBefore ?? 'no operation succeeded';
      return { undecided: `it was not steady before the first fault: ${why}` };
    }
    if (after !== undefined && this.begunUs !== null) {
      const untilUs = this.endedUs + after;
      // Who asks late cannot be served early.
      if (this.askedAfterUs === null || this.askedAfterUs > untilUs) {
        return { undecided: 'nobody asked for anything soon after the last fault' };
      }
      if (this.backUs === null && history.endUs >= untilUs) {
        return this.told(
          `in ${formatDuration(after)} after the last fault no operation succeeded`,
          untilUs,
        );
      }
      if (this.backUs === null) {
        return { undecided: 'the run ended before clients could be served again' };
      }
      if (this.backUs > untilUs) {
        const took = formatDuration(this.backUs - this.endedUs);
        return this.told(`the first success after the last fault came after ${took}`, untilUs);
      }
    }
    return `${this.successes} successes before the faults; back ${this.backWords()}`;
  }

  private get wasSteady(): boolean {
    if (this.steady.before !== true) return true;
    return this.failedBefore === null && this.successes > 0;
  }

  private backWords(): string {
    return this.backUs === null
      ? 'not asked'
      : `${formatDuration(this.backUs - this.endedUs)} after their end`;
  }

  private asked(timeUs: number): void {
    this.askedUs ??= timeUs;
    if (this.begunUs !== null && this.inForce === 0) this.askedAfterUs ??= timeUs;
  }

  private succeeded(timeUs: number): void {
    if (this.begunUs === null) this.successes += 1;
    this.lastSuccessUs = timeUs;
    this.askedUs = null;
    if (this.begunUs !== null && this.inForce === 0) this.backUs ??= timeUs;
  }

  private fault(phase: string, timeUs: number): void {
    if (phase === 'begin') {
      this.begunUs ??= timeUs;
      this.inForce += 1;
      this.backUs = null;
      this.askedAfterUs = null;
    } else if (phase === 'end') {
      this.inForce -= 1;
      this.endedUs = timeUs;
    }
  }

  /** Asked all the while, and served by nobody. */
  private tooLong(timeUs: number): Explanation | null {
    const { during } = this.steady;
    if (during === undefined || this.begunUs === null || this.askedUs === null) return null;
    if (!this.wasSteady) return null;
    const sinceUs = Math.max(this.askedUs, this.lastSuccessUs ?? 0);
    if (timeUs - sinceUs <= during) return null;
    return this.told(`for ${formatDuration(timeUs - sinceUs)} no operation succeeded`, timeUs);
  }

  private told(sentence: string, atUs: number): Explanation {
    return { atUs, sentences: [`${sentence}.`], ops: [] };
  }
}
