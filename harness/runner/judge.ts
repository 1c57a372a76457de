/** Turns a run into one verdict: every promise judged, and whether the run proved anything. */
import { countEffectiveFaults, countOperations, isOperation } from '../core/history.ts';
import type { History } from '../core/history.ts';
import type { Run } from '../core/environment.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import { worstVerdict } from '../core/verdict.ts';
import type { Verdict, VerdictKind } from '../core/verdict.ts';
import { recoveryOf, whoFailed } from './doubts.ts';
import { whatIsMissing } from './completeness.ts';

/** What a run that proves nothing is `unknown` under. */
export const notVacuous = 'not-vacuous';

export interface Judgement {
  readonly verdict: VerdictKind;
  /** One a promise, in the order asked; what makes the run prove nothing adds one of its own. */
  readonly verdicts: readonly Verdict[];
  /** What the run did not show, though it changes no verdict. */
  readonly remarks: readonly string[];
  readonly operations: number;
  readonly successes: number;
  readonly faultsEffective: number;
}

export interface JudgeOptions {
  readonly invariants: readonly Invariant[];
  /** Fewer successful operations than this prove nothing. */
  readonly successesMin: number;
  /** Must every kind of fault in the plan have taken effect? Otherwise one fault is enough. */
  readonly isEveryKindEffective: boolean;
  /** `expected`: a node that ends by itself is a part of the story. Otherwise the run is unknown. */
  readonly nodeFailures?: 'expected' | undefined;
}

export function judge(run: Run, program: Program, options: JudgeOptions): Judgement {
  const counts = countOperations(run.history);
  const recovery = recoveryOf(run.history, program);
  const verdicts = options.invariants.map((i) =>
    withBasis(verdictOf(i, run.history, program), recovery.remark),
  );
  const doubts: readonly (readonly [string, string | null])[] = [
    [notVacuous, vacuity(run, program, options, counts.ok)],
    ['nodes-survive', options.nodeFailures === 'expected' ? null : whoFailed(run.history, program)],
    ['recovers', recovery.doubt],
    ['faults-end', whatIsNotOver(run)],
  ];
  for (const [invariant, reason] of doubts) {
    if (reason !== null) verdicts.push({ kind: 'unknown', invariant, reason });
  }
  const verdict = worstVerdict(verdicts);
  return {
    verdict,
    verdicts,
    // A run that a monitor stopped had no time for more.
    remarks: [
      ...(recovery.remark === null || verdict === 'violated' ? [] : [recovery.remark]),
      ...faultRemarks(run),
    ],
    operations: counts.invoked,
    successes: counts.ok,
    faultsEffective: countEffectiveFaults(run.history),
  };
}

/**
 * What the invariant says of the history, in the names of the story: judges know processes, of which a
 * client has a new one after each operation that ended unknown; whoever reads steps knows clients.
 */
export function verdictOf(invariant: Invariant, history: History, program: Program): Verdict {
  const verdict = invariant.judge(history, program);
  if (verdict.kind !== 'violated') return verdict;
  const clients = Math.max(1, program.shape.clients);
  const sentences = verdict.explanation.sentences.map((sentence) =>
    sentence.replace(/\b[Pp]rocess (\d+)\b/g, (_, n: string) => `c${Number(n) % clients}`),
  );
  return { ...verdict, explanation: { ...verdict.explanation, sentences } };
}

function withBasis(v: Verdict, remark: string | null): Verdict {
  return v.kind !== 'holds' || remark === null ? v : { ...v, basis: `${v.basis}; ${remark}` };
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
    const why = commonError(run.history);
    return `${successes} operations succeeded, wanted at least ${options.successesMin}${why === null ? '' : `; most others: ${why}`}`;
  }
  return unfelt(run, program, options);
}

/** Why the faults of this run do not show what its plan was to show, or null. */
function unfelt(
  run: Run,
  { faults }: Program,
  { isEveryKindEffective }: JudgeOptions,
): string | null {
  const reasons = new Map(run.skippedFaults.map((s) => [s.fault, s.reason]));
  const effective = new Set<string>();
  for (const e of run.history.events) {
    if (e.type === 'fault' && e.phase === 'effective') effective.add(e.kind);
  }
  if (faults.length > 0 && reasons.size === faults.length) {
    return `no fault of the plan can be done here: ${[...new Set(reasons.values())].join('; ')}`;
  }
  const kinds = [...new Set(faults.map((f) => f.kind))].filter((kind) => !effective.has(kind));
  const skipped = kinds.filter((kind) => faults.every((f, i) => f.kind !== kind || reasons.has(i)));
  if (isEveryKindEffective && skipped.length > 0) {
    const why = (kind: string): string => {
      const first = faults.findIndex((f) => f.kind === kind);
      return `${kind} (${reasons.get(first) ?? ''})`;
    };
    return `not done here: ${skipped.map(why).join(', ')}`;
  }
  const whyNot = (kind: string): string => {
    const note = run.faultNotes?.find(
      (n) => n.about === 'no-effect' && faults[n.fault]?.kind === kind,
    );
    return note === undefined ? kind : `${kind} (${note.text})`;
  };
  const never = kinds.map(whyNot).join(', ');
  if (isEveryKindEffective && kinds.length > 0) return `never took effect: ${never}`;
  if (faults.length > 0 && effective.size === 0) {
    return never.includes('(') ? `no fault took effect: ${never}` : 'no fault took effect';
  }
  return null;
}

/** Faults that were still seen after their ends, or null. */
function whatIsNotOver({ faultNotes = [] }: Run): string | null {
  const told = faultNotes.filter((n) => n.about === 'not-over').map((n) => `${n.what}: ${n.text}`);
  return told.length === 0 ? null : `still seen after its end: ${told.join('; ')}`;
}

/** What faults were that their plan does not say. */
function faultRemarks({ faultNotes = [] }: Run): string[] {
  const how = { 'no-effect': 'took no effect: ', late: '', odd: '', 'not-over': 'still seen: ' };
  return faultNotes.map((n) => `${n.what}: ${how[n.about]}${n.text}`);
}

/** What most operations that did not succeed ended with, or null. */
function commonError({ events }: Run['history']): string | null {
  const counts = new Map<string, number>();
  for (const e of events) {
    if (!isOperation(e) || e.error === undefined) continue;
    counts.set(e.error, (counts.get(e.error) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
