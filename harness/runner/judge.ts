/** Turns a run into one verdict: every promise judged, and whether the run proved anything. */
import { countFaultsFelt, countOperations } from '../core/history.ts';
import type { Run } from '../core/environment.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import { worstVerdict } from '../core/verdict.ts';
import type { Verdict, VerdictKind } from '../core/verdict.ts';
import { whatIsMissing } from './whole.ts';

/** What a run that proves nothing is `unknown` under. */
export const notVacuous = 'not-vacuous';

export interface Judgement {
  readonly verdict: VerdictKind;
  /** One a promise, in the order asked; a vacuous run adds one of its own. */
  readonly verdicts: readonly Verdict[];
  readonly operations: number;
  readonly successes: number;
  readonly faultsFelt: number;
}

export interface JudgeOptions {
  readonly invariants: readonly Invariant[];
  /** Fewer successful operations than this prove nothing. */
  readonly successesMin: number;
  /** Must every kind of fault in the plan have been felt? Otherwise one fault is enough. */
  readonly isEveryKindFelt: boolean;
}

export function judge(run: Run, program: Program, options: JudgeOptions): Judgement {
  const counts = countOperations(run.history);
  const verdicts = options.invariants.map((i) => i.judge(run.history, program));
  const vacuous = vacuity(run, program, options, counts.ok);
  if (vacuous !== null) {
    verdicts.push({ kind: 'unknown', invariant: notVacuous, reason: vacuous });
  }
  return {
    verdict: worstVerdict(verdicts),
    verdicts,
    operations: counts.invoked,
    successes: counts.ok,
    faultsFelt: countFaultsFelt(run.history),
  };
}

/** Why this run proves nothing, or null. */
function vacuity(
  run: Run,
  program: Program,
  options: JudgeOptions,
  successes: number,
): string | null {
  const missing = whatIsMissing(run.history, program);
  if (missing !== null) return `the history is not whole: ${missing}`;
  if (run.limitReached !== undefined) return `the run ended early at its limit ${run.limitReached}`;
  if (successes < options.successesMin) {
    return `${successes} operations succeeded, wanted at least ${options.successesMin}`;
  }
  const skipped = new Set(run.skippedFaults.map((s) => s.fault));
  const wanted = program.faults.flatMap((f, i) => (skipped.has(i) ? [] : [f.kind]));
  const felt = new Set<string>();
  for (const e of run.history.events) {
    if (e.type === 'fault' && e.phase === 'felt') felt.add(e.kind);
  }
  if (program.faults.length > 0 && wanted.length === 0)
    return 'no fault of the plan can be done here';
  const unfelt = [...new Set(wanted)].filter((kind) => !felt.has(kind));
  if (options.isEveryKindFelt && unfelt.length > 0) {
    return `never felt: ${unfelt.join(', ')}`;
  }
  if (wanted.length > 0 && felt.size === 0) return 'no fault was felt';
  return null;
}
