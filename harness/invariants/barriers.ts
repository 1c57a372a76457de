/** COORDINATION: nobody passes a barrier alone, and it opens for all (ZooKeeper's double barrier). */
import { checkOpens, checkTogether } from '../checkers/barriers/barriers.ts';
import type { BarriersResult } from '../checkers/barriers/barriers.ts';
import { operationsOf, type Op } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import { verdictOn } from './judged-operations.ts';

const asked: ReadonlySet<string> = new Set(['enter-barrier', 'leave-barrier', 'await-barrier']);

/** Of operations `enter-barrier`, `leave-barrier` and `await-barrier` (see `barrierOperations`). */
export function barrierTogether(): Invariant {
  return promise({
    id: 'barrier-together',
    claim:
      'Nobody is let through a barrier before as many as it is for have come, and nobody is told that all have gone while somebody is in.',
    what: 'passages of barriers',
    check: checkTogether,
  });
}

/** Of the same operations. */
export function barrierOpens(): Invariant {
  return promise({
    id: 'barrier-opens',
    claim:
      'Whoever comes when all others are in is let through, as is everybody after the first; whoever goes last is told that all have gone.',
    what: 'answers to who came or went last',
    check: checkOpens,
  });
}

interface Described extends Pick<Invariant, 'id' | 'claim'> {
  /** What is counted where it holds. */
  readonly what: string;
  check(ops: readonly Op[]): BarriersResult;
}

function promise({ id, claim, what, check }: Described): Invariant {
  return {
    id,
    area: 'COORDINATION',
    claim,
    faultModel: 'any faults of links, any pauses; crashes of any nodes with honest fsync',
    judge({ events }: History) {
      return verdictOn({ id, claim }, what, check(operationsOf(events, (f) => asked.has(f))));
    },
  };
}
