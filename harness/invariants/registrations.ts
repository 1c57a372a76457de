/** DISCOVERY: who is registered is found, and who is not is not: judged on what clients of a registry did (D1). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import {
  checkFound,
  checkGone,
  type RegistryBounds,
  type RegistryCheck,
  type RegistryResult,
} from '../checkers/registrations/told.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { verdictOn } from './judged-operations.ts';
import { disturbances } from './disturbances.ts';
import { driftPpm, stalledUs } from './timeline.ts';

export type { RegistryBounds } from '../checkers/registrations/told.ts';

/** Look-ups that are linearizable, and leases that end within two seconds. */
const strict: RegistryBounds = { staleUs: 0, expiryUs: 2_000_000 };

/** Of operations `register`, `renew`, `deregister` and `discover` (see `registryOperations`). */
export function registeredFound(bounds: RegistryBounds = strict): Invariant {
  return promise('registered-found', bounds, {
    claim: `Who asks for a service finds every instance that is registered${aged(bounds)}, for as long as its lease lasts for sure${settled(bounds)}.`,
    check: checkFound,
  });
}

/**
 * Of the same operations. Leases are not waited for while a fault lasts, nor until the registry made a change
 * again, nor for one lease after that or after somebody came to lead.
 */
export function endedNotFound(bounds: RegistryBounds = strict): Invariant {
  const within = `${bounds.expiryUs / 1_000_000} s`;
  return promise('ended-not-found', bounds, {
    claim: `Nobody is found who has left${aged(bounds)}, whose lease ended more than ${within} ago, or who was never registered${settled(bounds)}.`,
    check: checkGone,
  });
}

function aged({ staleUs }: RegistryBounds): string {
  return staleUs === 0 ? '' : `, for ${staleUs / 1_000_000} s`;
}

function settled({ settleUs }: RegistryBounds): string {
  if (settleUs === undefined) return '';
  return `, unless a fault lasts, or did less than a lease and ${settleUs / 1_000_000} s ago`;
}

interface Judging {
  readonly claim: string;
  check(ops: ReturnType<typeof operationsOf>, how: RegistryCheck): RegistryResult;
}

const asked: ReadonlySet<string> = new Set(['register', 'renew', 'deregister', 'discover']);

function promise(id: string, bounds: RegistryBounds, { claim, check }: Judging): Invariant {
  const judge = (history: History, program: Program): Verdict => {
    // To leave and be refused is to leave: from its call on nothing is sure.
    const told = history.events.filter((e) => !(e.type === 'fail' && e.f === 'deregister'));
    const ops = operationsOf(told, (f) => asked.has(f));
    if (!ops.some((op) => op.f === 'register' && isCompleted(op))) {
      return { kind: 'unknown', invariant: id, reason: 'nothing was registered' };
    }
    const late = stalledUs(history);
    const result = check(ops, {
      bounds: { ...bounds, expiryUs: bounds.expiryUs + late },
      driftPpm: driftPpm(program),
      faults: disturbances(
        history,
        program,
        ops.filter((op) => op.f !== 'discover' && isCompleted(op)),
      ),
    });
    return verdictOn({ id, claim }, 'look-ups', result);
  };
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'any faults of links and any pauses; clocks that drift by what the plan says; crashes of any nodes with honest fsync',
    judge,
  };
}
