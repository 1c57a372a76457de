/** Whether a plan can be understood, before anything of it is done. */
import { HarnessError } from '../core/errors.ts';
import type { FaultPlan } from '../core/fault.ts';
import { faultKinds, kindOf } from './kinds.ts';

/**
 * Throws E_PLAN for a kind that nobody defined, which would pass as a fault that never took effect, and
 * for a value that its kind does not take.
 */
export function requirePlan(plan: FaultPlan): void {
  const known: readonly string[] = faultKinds;
  plan.forEach((fault, i) => {
    const { kind } = fault;
    if (!known.includes(kind)) {
      const why = `fault ${i + 1} of the plan is of kind "${String(kind)}", wanted one of ${known.join(', ')}.`;
      throw new HarnessError('E_PLAN', `${why} Correct its name.`);
    }
    const issue = kindOf(kind).schema.safeParse(fault).error?.issues[0];
    if (issue === undefined) return;
    const why = `fault ${i + 1} of the plan (${kind}): ${issue.path.join('.')}: ${issue.message}.`;
    throw new HarnessError('E_PLAN', `${why} Correct it.`);
  });
}
