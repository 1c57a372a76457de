/** SAFETY: no more permits of a semaphore are held at a time than it has (Dijkstra, 1965). */
import { checkPermits } from '../checkers/locks/permits.ts';
import { operationsOf } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { verdictOn } from './judged-operations.ts';
import { driftPpm } from './timeline.ts';

const id = 'permits-bounded';
const claim =
  'No more permits of a semaphore are held at a time than it has: from the return of acquire-permit to the call of release-permit, and no longer than the TTL counted from the call of acquire-permit.';

/** As a lock's operations are called: what holds of them holds of permits. */
const asLock: Readonly<Record<string, string>> = {
  'acquire-permit': 'acquire',
  'release-permit': 'release',
};

/** Of operations `acquire-permit` and `release-permit` (see `semaphoreOperations`). */
export function permitsBounded(): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel:
      'any faults of links and any pauses; clocks that drift by what the plan says; crashes of any nodes with honest fsync; holders that count their own TTL from the call on',
    judge,
  };
}

function judge({ events }: History, program: Program): Verdict {
  const told = events.flatMap((e) => {
    const f = 'f' in e ? asLock[e.f] : undefined;
    // A release that failed was called all the same: its process has stopped to rely on the permit.
    if (f === undefined || (f === 'release' && e.type === 'fail')) return [];
    return [{ ...e, f } as typeof e];
  });
  const ops = operationsOf(told, () => true);
  return verdictOn({ id, claim }, 'permits', checkPermits(ops, { driftPpm: driftPpm(program) }));
}
