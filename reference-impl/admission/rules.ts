/** What an instance decides about calls that wait. */
import type { Signal } from '../agent/wire.ts';
import type { AdmissionConfig } from './config.ts';

/** What a call finds that comes in now. */
export interface Load {
  /** Calls that wait before it. */
  readonly depth: number;
  /** Until a worker takes it, as the last calls went, µs. */
  readonly waitUs: number;
  /** What its work takes, as the last calls went, µs. */
  readonly workUs: number;
  /** What is left of its caller's patience, µs. */
  readonly budgetUs: number;
}

export interface AdmissionRules {
  signal(load: Load, c: AdmissionConfig): Signal;
  /** When there may be room again for a call that was refused, µs. */
  retryAfterUs(load: Load, c: AdmissionConfig): number;
  /** Is a call begun that has waited until now, when its caller gives up at `deadlineUs`? */
  isWorthServing(nowUs: number, deadlineUs: number): boolean;
  /** Of two priorities that wait: does the second go before the first? */
  overtakes(first: number, second: number): boolean;
  /** Of those of one priority, who is next. */
  next(): 'oldest' | 'newest';
}

export const admissionRules: AdmissionRules = {
  // What would be answered too late is refused at once: it costs nothing, and its caller knows.
  signal({ depth, waitUs, workUs, budgetUs }, { queueMax, slowUs }) {
    if (depth >= queueMax || waitUs + workUs > budgetUs) return 'reject';
    return waitUs > slowUs ? 'slow-down' : 'ok';
  },
  // Half of the queue is gone by then, so that not all who come back are refused again.
  retryAfterUs: ({ waitUs }) => Math.ceil(waitUs / 2),
  isWorthServing: (nowUs, deadlineUs) => nowUs < deadlineUs,
  overtakes: (first, second) => second < first,
  next: () => 'oldest',
};
