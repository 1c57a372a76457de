/** Is the step that is named as the cause the one at which the broken node went wrong? */
import type { Run } from '../../harness/core/environment.ts';
import type { Program } from '../../harness/core/program.ts';
import { namedStep } from '../../harness/runner/cause-step.ts';
import { causeOf } from '../../harness/runner/cause.ts';
import type { Cause, CauseOptions, CauseTried } from '../../harness/runner/cause.ts';
import { verdictOf } from '../../harness/runner/judge.ts';
import { narrate } from '../../harness/runner/narrate.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { decidingAnswer } from './deciding.ts';
import type { Decided } from './deciding.ts';
import type { Shrunk } from './shrinking.ts';

/** What was named, against what is known of the mutant. Moments are µs since the run began. */
export interface NamedCause {
  /** Null: not known; see `decidingAnswer`. */
  readonly decided: Decided | null;
  readonly cause: Cause;
  readonly namedUs: number;
  /** Is it within the same step of the counterexample? Null: nobody knows. */
  readonly isRight: boolean | null;
}

/** Null: the run breaks nothing. */
export function namedCause(
  { invariant, found }: Shrunk,
  options?: CauseOptions,
): NamedCause | null {
  const { program, pins } = found.record;
  const run = (p: Program): Run => simulation().run(reference, p, { monitors: [invariant], pins });
  const { history } = run(program);
  const verdict = verdictOf(invariant, history, program);
  if (verdict.kind !== 'violated') return null;
  const { atUs, ops } = verdict.explanation;
  const attempt = (p: Program): CauseTried => {
    const tried = run(p);
    return { run: tried, isViolated: verdictOf(invariant, tried.history, p).kind === 'violated' };
  };
  const cause = causeOf(program, history, atUs, attempt, options);
  const decided = decidingAnswer(found.record, invariant);
  const steps = narrate(program, history, ops).filter((t) => t.kind === 'step');
  const broken = { program, history, violatedUs: atUs, ops, steps };
  const { atUs: namedUs } = namedStep(cause, broken, attempt);
  /** How many steps have begun by then. */
  const step = (us: number): number => steps.filter((t) => t.timeUs <= us).length;
  const isRight = decided === null ? null : step(decided.by.atUs) === step(namedUs);
  return { decided, cause, namedUs, isRight };
}
