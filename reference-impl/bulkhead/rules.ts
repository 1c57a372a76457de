/** What a bulkhead decides. */
import type { BulkheadConfig } from './config.ts';

export interface BulkheadRules {
  /** The pool that calls of this service take from. */
  pool(service: string): string;
  /** With so many calls of the pool out, may another one go? */
  mayCall(out: number, c: BulkheadConfig): boolean;
  /** With so many waiting, may another one wait? */
  mayWait(waiting: number, c: BulkheadConfig): boolean;
  /** Calls of the pool that are out after one of `out` ended; did it get an answer? */
  left(out: number, wasAnswered: boolean): number;
}

export const bulkheadRules: BulkheadRules = {
  pool: (service) => service,
  mayCall: (out, { callsMax }) => out < callsMax,
  mayWait: (waiting, { queueMax }) => waiting < queueMax,
  left: (out) => out - 1,
};
