/** Whether a plan can be understood, before anything of it is done. */
import { HarnessError } from '../core/errors.ts';
import { faultKinds } from '../core/fault.ts';
import type { FaultPlan } from '../core/fault.ts';

/** Throws E_PLAN for a kind that nobody defined: it would pass as a fault that never took effect. */
export function requireKnownKinds(plan: FaultPlan): void {
  const known: readonly string[] = faultKinds;
  plan.forEach(({ kind }, i) => {
    if (known.includes(kind)) return;
    const why = `fault ${i + 1} of the plan is of kind "${String(kind)}", wanted one of ${known.join(', ')}.`;
    throw new HarnessError('E_PLAN', `${why} Correct its name.`);
  });
}
