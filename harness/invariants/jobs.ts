/** SAFETY: each job of a queue is handed out once, and none that was put in is lost. */
import { checkJobKept, checkJobOnce, failed } from '../checkers/jobs/jobs.ts';
import type { JobsResult } from '../checkers/jobs/jobs.ts';
import { operationsOf, type Op } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import { verdictOn } from './judged-operations.ts';

/** Of operations `enqueue` and `dequeue` (see `jobOperations`). */
export function jobOnce(): Invariant {
  return promise({
    id: 'job-once',
    claim: 'A job is handed out once, and none that nobody put in.',
    what: 'jobs that were handed out',
    check: checkJobOnce,
  });
}

/** Of the same operations. */
export function jobKept(): Invariant {
  return promise({
    id: 'job-kept',
    claim:
      'A job that was put in is handed out to somebody, and its queue is not found empty without that.',
    what: 'jobs that were put in',
    check: checkJobKept,
  });
}

interface Described extends Pick<Invariant, 'id' | 'claim'> {
  /** What is counted where it holds. */
  readonly what: string;
  check(ops: readonly Op[]): JobsResult;
}

function promise({ id, claim, what, check }: Described): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, any pauses; crashes of any nodes with honest fsync',
    judge(history: History) {
      const told = history.events.map((e) =>
        e.type === 'fail' && e.f === 'dequeue' ? { ...e, type: 'ok' as const, value: failed } : e,
      );
      const ops = operationsOf(told, (f) => f === 'enqueue' || f === 'dequeue');
      return verdictOn({ id, claim }, what, check(ops));
    },
  };
}
