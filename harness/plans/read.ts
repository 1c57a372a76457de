/** Reads the file of a plan: YAML, or JSON, which is YAML too. Errors name line and column. */
import { type Document, isCollection, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { HarnessError } from '../core/errors.ts';
import { formOf, planForm, type PlanForm, planHead } from './form.ts';

/** A plan that was read, and where each of its parts stands. */
export interface PlanFile {
  readonly name: string;
  readonly plan: PlanForm;
  /** `plan.yaml:7:5` of the part that this path leads to, or of what is nearest around it. */
  where(path: readonly PropertyKey[]): string;
}

/** Aliases of YAML that a file may use: more would be a bomb. */
const aliasesMax = 100;

/** Throws E_PLAN: what is wrong, and where. */
export function readPlan(name: string, text: string): PlanFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const where = (path: readonly PropertyKey[]): string => {
    const { line, col } = lines.linePos(offsetOf(document, path));
    return `${name}:${line}:${col}`;
  };
  const [first] = document.errors;
  if (first !== undefined) {
    const { line, col } = lines.linePos(first.pos[0]);
    const why = first.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '');
    throw refused(`${name}:${line}:${col}`, `${why}`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: aliasesMax });
  } catch (error) {
    throw refused(`${name}:1:1`, (error as Error).message);
  }
  requireForm(value, where);
  return { name, plan: planForm.parse(value), where };
}

/** As `readPlan`, of a value that a module exports: there are no lines. */
export function planOfValue(name: string, value: unknown): PlanFile {
  const where = (path: readonly PropertyKey[]): string =>
    path.length === 0 ? name : `${name}: ${path.join('.')}`;
  requireForm(value, where);
  return { name, plan: planForm.parse(value), where };
}

type Where = PlanFile['where'];

function requireForm(value: unknown, where: Where): void {
  requireOne(planHead, value, [], where);
  (value as { steps: unknown[] }).steps.forEach((step, i) =>
    requireStep(step, ['steps', i], where),
  );
}

function requireStep(value: unknown, path: readonly PropertyKey[], where: Where): void {
  const form = formOf(value);
  if (form === null) {
    throw refused(where(path), 'a step has none of fault, random, monkey, sequence, together');
  }
  requireOne(form, value, path, where);
  for (const group of ['sequence', 'together'] as const) {
    const steps = (value as Readonly<Record<string, unknown>>)[group];
    if (!Array.isArray(steps)) continue;
    steps.forEach((step, i) => requireStep(step, [...path, group, i], where));
  }
}

function requireOne(
  form: z.ZodType,
  value: unknown,
  path: readonly PropertyKey[],
  where: Where,
): void {
  const [issue] = form.safeParse(value).error?.issues ?? [];
  if (issue === undefined) return;
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const inner = [...issue.path, ...keys];
  const named = inner.length === 0 ? '' : `${inner.join('.')}: `;
  throw refused(where([...path, ...inner]), `${named}${issue.message}`);
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    const range = (node as { readonly range?: readonly number[] } | null | undefined)?.range;
    if (range === undefined || range === null) continue;
    // Of a field its name, where a value was not even given its own place.
    const around = document.getIn(path.slice(0, length - 1), true);
    if (length > 0 && isCollection(around) && 'items' in around) {
      const pair = (around.items as { key?: { value?: unknown; range?: number[] } }[]).find(
        (item) => item.key?.value === path[length - 1],
      );
      if (pair?.key?.range?.[0] !== undefined) return pair.key.range[0];
    }
    return range[0] ?? 0;
  }
  return 0;
}

/** The error of a part of a plan. */
export function refused(where: string, why: string): HarnessError {
  return new HarnessError('E_PLAN', `${where}: ${why}. Mend the plan.`);
}
