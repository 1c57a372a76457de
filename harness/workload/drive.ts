/** What an operation gets that is more than one request: it is driven, by its own family. */
import type { LoadEvent } from '../core/history.ts';
import type { Operation } from '../core/program.ts';
import type { Outcome } from '../core/system.ts';

/** True time and timers of the environment, outside any node's skewed clock. */
export interface Scheduler {
  nowUs(): number;
  after(delayUs: number, f: () => void): void;
}

export interface DriveContext<I> {
  readonly op: Operation;
  readonly input: I;
  readonly scheduler: Scheduler;
  /** A request that has not ended after this is `info`. */
  readonly deadlineUs: number;
  /** Starts one request in the session of this client; `done` may be called late or never. */
  start(op: Operation, done: (outcome: Outcome) => void): void;
  /** Nobody waits for the outcome of this request any more. */
  abandon(op: Operation): void;
  record(e: Omit<LoadEvent, 'type' | 'timeUs' | 'process' | 'op' | 'f' | 'key'>): void;
  /** The operation as a whole has ended. Called once; never after `stop`. */
  done(outcome: Outcome): void;
}

export interface Drive {
  /** The run ends: nothing more is started, what is open is unknown, and all that was seen is recorded. */
  stop(): void;
}
