/** A promise and how to judge it. */
import type { History, HistoryEvent } from './history.ts';
import type { Program } from './program.ts';
import type { Explanation, Verdict } from './verdict.ts';

export type InvariantArea =
  'DISCOVERY' | 'CONSISTENCY' | 'RESILIENCE' | 'EFFICIENCY' | 'COORDINATION' | 'MODES' | 'SAFETY';

/** Watches events as they happen; constant work an event. */
export interface Monitor {
  /** The first violation, or null. Not called again after a violation. */
  event(e: HistoryEvent): Explanation | null;
}

export interface Invariant {
  /** Kebab case, unique: `linearizable`. */
  readonly id: string;
  readonly area: InvariantArea;
  /** One sentence that is either true or false of a history. */
  readonly claim: string;
  /** The faults under which it is promised, in words. */
  readonly faultModel: string;
  /** Pure and synchronous. Work is bounded by a budget counted in steps, never in time. */
  judge(history: History, program: Program): Verdict;
  /** Present for safety promises that can be watched online. */
  monitor?(program: Program): Monitor;
}

/** Something that a suite must have come across at least once for its verdicts to mean much. */
export interface Sometimes {
  readonly id: string;
  readonly claim: string;
  /** Whether runs of this program could come across it at all. */
  applies(program: Program): boolean;
  reached(history: History, program: Program): boolean;
}
