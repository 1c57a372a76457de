/** The forms of a breaker beyond the count (R1, R2): what they remember, and what they decide. */
import type { BreakerPolicy } from '../config.ts';

export type Failure = 'error' | 'timeout';

/** Of the last calls; the source keeps as many. */
const kept = 100;
/** More failures than this in a window are a cluster (R2). */
const clusterMin = 10;
/** Fewer latencies have no p99. */
const latenciesMin = 10;

export interface FormRules {
  /** Did more of the last calls fail than may? */
  rateExceeds(outcomes: readonly boolean[], p: BreakerPolicy): boolean;
  /** Failures that open it now, when it has been closed for so long. */
  threshold(recent: Recent, closedForUs: number, p: BreakerPolicy): number;
  /** By how much the threshold falls, now that it opens. */
  fallsBy(recent: Recent, nowUs: number, p: BreakerPolicy): number;
  /** How long it stays open after so many probes failed in a row. */
  openUs(reopened: number, p: BreakerPolicy): number;
  /** Of the calls, per thousand, that are let out so long after it closed. */
  sharePermille(closedForUs: number, p: BreakerPolicy): number;
}

/** What one circuit remembers of its calls, whatever its state. */
export class Recent {
  /** Of the last calls, oldest first: did it fail? */
  readonly outcomes: boolean[] = [];
  readonly latenciesUs: number[] = [];
  readonly failuresUs: number[] = [];
  readonly timeoutsUs: number[] = [];
  /** Probes that failed, since it was closed. */
  reopened = 0;
  /** How far the threshold has fallen. */
  fallen = 0;
  private credit = 0;

  ended(hasFailed: boolean, tookUs: number): void {
    push(this.outcomes, hasFailed);
    if (!hasFailed) push(this.latenciesUs, tookUs);
  }

  failed(nowUs: number, how: Failure, { windowUs }: BreakerPolicy): void {
    push(this.failuresUs, nowUs);
    if (how === 'timeout') push(this.timeoutsUs, nowUs);
    while ((this.failuresUs[0] ?? nowUs) < nowUs - windowUs) this.failuresUs.shift();
  }

  /** Its probes succeeded: what was before says nothing about it any more. */
  closed(): void {
    this.outcomes.length = 0;
    this.timeoutsUs.length = 0;
    this.reopened = 0;
    this.credit = 0;
  }

  adapt(by: number): void {
    this.fallen += by;
  }

  /** Takes so many of a thousand, evenly. */
  takes(permille: number): boolean {
    this.credit += permille;
    if (this.credit < 1_000) return false;
    this.credit -= 1_000;
    return true;
  }
}

export const formRules: FormRules = {
  rateExceeds(outcomes, { rateCalls, ratePermille }) {
    if (rateCalls === 0 || outcomes.length < rateCalls) return false;
    const failed = outcomes.slice(-rateCalls).filter((hasFailed) => hasFailed).length;
    return failed * 1_000 > rateCalls * ratePermille;
  },
  threshold({ fallen }, closedForUs, { isAdaptive, failureThreshold, thresholdFloor, windowUs }) {
    if (!isAdaptive || closedForUs >= windowUs) return failureThreshold;
    return Math.min(failureThreshold, Math.max(thresholdFloor, failureThreshold - fallen));
  },
  fallsBy({ failuresUs, latenciesUs }, nowUs, { windowUs, slowUsMin }) {
    const clustered = failuresUs.filter((us) => nowUs - us < windowUs).length > clusterMin;
    const sorted = [...latenciesUs].sort((a, b) => a - b);
    const p99Us = sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
    return (clustered ? 1 : 0) + (sorted.length >= latenciesMin && p99Us > slowUsMin ? 1 : 0);
  },
  openUs(reopened, { openUs, openUsMax, openGrowthPermille }) {
    if (openGrowthPermille === 1_000) return openUs;
    return Math.round(Math.min(openUsMax, openUs * (openGrowthPermille / 1_000) ** reopened));
  },
  sharePermille: (closedForUs, { rampUs }) =>
    Math.min(1_000, 100 + Math.floor((900 * closedForUs) / rampUs)),
};

function push<T>(list: T[], x: T): void {
  list.push(x);
  if (list.length > kept) list.shift();
}
