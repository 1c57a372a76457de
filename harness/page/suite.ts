/** What a page shows of several runs together: what was promised, what was shown, and what was not. */
import type { VerdictKind } from '../core/verdict.ts';

export interface SuiteView {
  readonly verdict: VerdictKind;
  /** How many of each. */
  readonly scenarios: Readonly<Record<VerdictKind | 'skipped', number>>;
  readonly runs: number;
  readonly operations: CountsView;
  readonly elapsedMs: number;
  readonly rows: readonly ScenarioView[];
  readonly promises: readonly PromiseSum[];
  readonly skipped: readonly { readonly scenario: string; readonly reason: string }[];
  /** What no run came across although it could have; null: that was not looked at. */
  readonly never: readonly string[] | null;
  readonly figures: readonly FigureView[];
  /** Figures of stories whose runs differ in size. */
  readonly curves: readonly CurveView[];
  readonly isInterrupted: boolean;
  /** Against what the folder had before; null: nothing that can be read. */
  readonly before: BeforeView | null;
}

/** What is another than in the run before. */
export interface BeforeView {
  /** Version and build of the antlion that made it. */
  readonly madeBy: string;
  readonly changes: readonly ChangeView[];
  /** Figures that were compared. */
  readonly figures: number;
}

export interface ChangeView {
  readonly kind: 'worse' | 'better' | 'new' | 'gone' | 'slower' | 'faster';
  readonly text: string;
}

export interface CountsView {
  readonly invoked: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

export interface ScenarioView {
  readonly name: string;
  readonly claim: string;
  readonly verdict: VerdictKind;
  readonly runs: number;
  readonly violated: number;
  readonly unknown: number;
  readonly operations: CountsView;
  readonly faults: { readonly planned: number; readonly effective: number };
  readonly elapsedMs: number;
  /** What its claim was not held against, and whatever else a reader should know. */
  readonly remarks: readonly string[];
  /** Its `RunView`; null: there is no room for it. */
  readonly run: string | null;
}

/** One promise over all runs that were judged by it. */
export interface PromiseSum {
  readonly id: string;
  readonly claim: string | null;
  readonly holds: number;
  readonly violated: number;
  readonly unknown: number;
  /** Why it is unknown, each reason once. */
  readonly reasons: readonly string[];
  /** Scenarios whose system does not make it. */
  readonly notPromised: readonly string[];
}

/** A figure of one scenario against how large its runs were. */
export interface CurveView {
  readonly scenario: string;
  readonly name: string;
  /** By load, and of each load by size. */
  readonly points: readonly CurvePoint[];
}

/** Of all runs of one size, seconds. */
export interface CurvePoint {
  /** Of the service that has most. */
  readonly instances: number;
  /** Operations a second of virtual or real time, to one digit. */
  readonly perSecond: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Of one scenario, seconds. */
export interface FigureView {
  readonly scenario: string;
  readonly name: string;
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}
