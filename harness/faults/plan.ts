/** Whether faults can be understood, before anything of them is done. */
import { z } from 'zod';
import { HarnessError } from '../core/errors.ts';
import type { Fault, FaultPlan } from '../core/fault.ts';
import { allKinds, definitionOf } from './kinds.ts';
import { schemaOf } from './schema.ts';

/** A fault of any kind that is defined when it is read. */
export const faultSchema = z.unknown().transform((value, context): Fault => {
  const kind = (value as { readonly kind?: unknown } | null | undefined)?.kind;
  const definition = typeof kind === 'string' ? definitionOf(kind) : undefined;
  if (definition === undefined) {
    const message = `expected one of ${kindNames()}`;
    context.issues.push({ code: 'custom', message, input: value, path: ['kind'] });
    return z.NEVER;
  }
  const read = schemaOf(definition).safeParse(value);
  if (read.success) return read.data as Fault;
  for (const issue of read.error.issues) context.issues.push({ ...issue, input: value } as never);
  return z.NEVER;
});

/** What a fault of each kind that is defined by now may be. */
export function faultSchemas(): z.ZodType[] {
  return allKinds().map(schemaOf);
}

/**
 * Throws E_PLAN for a kind that nobody defined, which would pass as a fault that never took effect, and
 * for a value that its kind does not take.
 */
export function requirePlan(plan: FaultPlan): void {
  plan.forEach((fault, i) => {
    const { kind } = fault as { readonly kind: unknown };
    const definition = typeof kind === 'string' ? definitionOf(kind) : undefined;
    if (definition === undefined) {
      const why = `fault ${i + 1} of the plan is of kind "${String(kind)}", wanted one of ${kindNames()}.`;
      throw new HarnessError('E_PLAN', `${why} Correct its name.`);
    }
    const issue = schemaOf(definition).safeParse(fault).error?.issues[0];
    if (issue === undefined) return;
    const why = `fault ${i + 1} of the plan (${String(kind)}): ${issue.path.join('.')}: ${issue.message}.`;
    throw new HarnessError('E_PLAN', `${why} Correct it.`);
  });
}

function kindNames(): string {
  return allKinds()
    .map((d) => d.kind)
    .join(', ');
}
