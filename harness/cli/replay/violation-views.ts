/** A counterexample as a report shows it: the run itself, and beside it the nearest that keeps the promise. */
import type { Run } from '../../core/environment.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { Verdict, VerdictKind } from '../../core/verdict.ts';
import { codesFor } from '../../page/prepare/codes.ts';
import { fewerView } from '../../page/prepare/fewer.ts';
import { runView } from '../../page/prepare/run-view.ts';
import type { RunView } from '../../page/view.ts';
import { verdictOf } from '../../runner/judge.ts';
import { oneFewer } from '../../runner/one-fewer.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import type { OpenEnvironment } from '../environments.ts';
import { recordedRun } from './recorded-run.ts';
import { remediesFor } from './remedies.ts';

export interface RecordGround {
  readonly id: string;
  readonly about: string;
  readonly claim: string | null;
  readonly record: ReplayRecord;
  readonly system: System;
  readonly invariant: Invariant;
  readonly environment: OpenEnvironment;
  /** How it was shrunk, or why not. */
  readonly note: string;
  /** The command that shows it again. */
  readonly again: string;
  readonly signal: AbortSignal;
}

export interface ViolationViews {
  readonly run: RunView;
  /** Null: there is none, or runs cannot be compared here. */
  readonly beside: RunView | null;
}

/** `run` is of the record's program, and `verdict` what its promise says of it. */
export async function violationViews(
  g: RecordGround,
  run: Run,
  verdict: Verdict,
): Promise<ViolationViews> {
  const { record, invariant, environment } = g;
  const { program } = record;
  const view = runView({
    id: g.id,
    about: g.about,
    claim: g.claim,
    system: g.system,
    program,
    history: run.history,
    invariants: [invariant],
    verdicts: [verdict],
    verdict: verdict.kind,
    remarks: remarksOf(run),
    note: g.note,
    codes: codesFor(record, g.again, invariant.claim),
    recorder: recordedRun(g.system, environment, record, [invariant], run),
  });
  if (view.violation === null) return { run: view, beside: null };
  // Where time is real, two runs of one program differ by themselves.
  const attempt = environment.time === 'real' ? null : attemptOf(g);
  const change = await remediesFor(g.system, program, invariant.id, judgedBy(attempt, invariant));
  const violation = { ...view.violation, change };
  if (attempt === null) return { run: { ...view, violation }, beside: null };
  const fewer = await oneFewer(program, run.history, invariant, violation.ops, attempt);
  const id = `${g.id}-without`;
  const told = fewerView(fewer, run.history, program, violation.steps, id);
  const whole = { ...view, violation: { ...violation, fewer: told } };
  const { nearest } = fewer;
  if (nearest === null) return { run: whole, beside: null };
  const beside = runView({
    id,
    about: `${g.about}, without one step`,
    claim: null,
    system: g.system,
    program: nearest.program,
    history: nearest.run.history,
    invariants: [invariant],
    verdicts: [nearest.verdict],
    verdict: nearest.verdict.kind,
    remarks: remarksOf(nearest.run),
    note: '',
    codes: [],
  });
  // One axis for both, however early one of them ended.
  const untilUs = Math.max(whole.untilUs, beside.untilUs);
  return { run: { ...whole, untilUs }, beside: { ...beside, untilUs } };
}

type Attempt = (program: Program) => Run | Promise<Run>;

function attemptOf({ system, environment, invariant, signal }: RecordGround): Attempt {
  return (program) => {
    signal.throwIfAborted();
    return environment.run(system, program, { monitors: [invariant] });
  };
}

/** What a program run again says of the promise; null: there is no running it again. */
export function judgedBy(
  attempt: Attempt | null,
  invariant: Invariant,
): ((program: Program) => Promise<VerdictKind>) | null {
  if (attempt === null) return null;
  return async (program) => verdictOf(invariant, (await attempt(program)).history, program).kind;
}

/** What was not done of the plan, and what was left behind. */
export function remarksOf(run: Run): string[] {
  return [
    ...run.skippedFaults.map((s) => `not ${s.what}: ${s.reason}`),
    ...(run.limitReached === undefined ? [] : [`ended early at its limit ${run.limitReached}`]),
    ...run.leftovers.map((l) => `left behind: ${l}`),
  ];
}
