/**
 * Which steps of a counterexample matter: the same run without each of them, one at a time, and the run
 * nearest to it that keeps the promise.
 */
import type { Run } from '../core/environment.ts';
import type { History, HistoryEvent } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { verdictOf } from './judge.ts';

/** A step: a fault by its index in the plan, or an operation by its id. */
export type Step = { readonly fault: number } | { readonly op: number };

export interface WithoutStep {
  readonly step: Step;
  readonly program: Program;
  readonly run: Run;
  readonly verdict: Verdict;
}

export interface OneFewer {
  /** One a step that was tried: faults first, in the order of the plan. */
  readonly tries: readonly WithoutStep[];
  /**
   * Of those that keep the promise the one whose events stay the same for longest, without a step that
   * the contradiction is about where there is such a one. Null: none keeps it.
   */
  readonly nearest: (WithoutStep & { readonly differs: Difference | null }) | null;
}

export interface Difference {
  /** Where in each history; null: it has ended there. */
  readonly here: HistoryEvent | null;
  readonly there: HistoryEvent | null;
}

/** Of a long run only so many steps are left out in turn. */
const triesMax = 40;

/** `about` are the operations of the contradiction; `attempt` runs a program, the same for the same. */
export async function oneFewer(
  program: Program,
  history: History,
  invariant: Invariant,
  about: readonly number[],
  attempt: (program: Program) => Run | Promise<Run>,
): Promise<OneFewer> {
  const tries: WithoutStep[] = [];
  for (const step of stepsIn(program).slice(0, triesMax)) {
    const smaller = without(program, step);
    const run = await attempt(smaller);
    tries.push({
      step,
      program: smaller,
      run,
      verdict: verdictOf(invariant, run.history, smaller),
    });
  }
  const named = new Set(about);
  const isAbout = ({ step }: WithoutStep): boolean => 'op' in step && named.has(step.op);
  const kept = tries
    .filter(({ verdict }) => verdict.kind === 'holds')
    .map((t) => ({ ...t, ...firstDifference(history, t.run.history, t.step) }));
  const nearest = kept.sort((a, b) => Number(isAbout(a)) - Number(isAbout(b)) || b.at - a.at).at(0);
  return { tries, nearest: nearest === undefined ? null : nearest };
}

function stepsIn({ faults, clients }: Program): Step[] {
  return [
    ...faults.map((_, fault) => ({ fault })),
    ...clients.flat().map(({ id }) => ({ op: id })),
  ];
}

function without(program: Program, step: Step): Program {
  if ('fault' in step) {
    return { ...program, faults: program.faults.filter((_, i) => i !== step.fault) };
  }
  const clients = program.clients.map((ops) => ops.filter(({ id }) => id !== step.op));
  return { ...program, clients };
}

/** The first events that differ, those of the step itself aside; `at`: how many are equal before. */
export function firstDifference(
  here: History,
  there: History,
  step: Step,
): { readonly at: number; readonly differs: Difference | null } {
  const [a, b] = [apart(here, step), apart(there, null)];
  let at = 0;
  while (at < a.length && at < b.length && text(a[at], step) === text(b[at], null)) at += 1;
  const [x = null, y = null] = [a[at], b[at]];
  return { at, differs: x === null && y === null ? null : { here: x, there: y } };
}

function apart({ events }: History, step: Step | null): readonly HistoryEvent[] {
  if (step === null) return events;
  if ('fault' in step) return events.filter((e) => !(e.type === 'fault' && e.fault === step.fault));
  return events.filter((e) => !('op' in e && e.op === step.op));
}

/** Faults after one that is left out have another number. */
function text(e: HistoryEvent | undefined, step: Step | null): string {
  if (e?.type !== 'fault' || step === null || !('fault' in step) || e.fault < step.fault) {
    return JSON.stringify(e);
  }
  return JSON.stringify({ ...e, fault: e.fault - 1 });
}
