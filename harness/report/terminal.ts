/** What a person sees: one line a scenario, the story of a violation, live progress on a terminal. */
import pc from 'picocolors';
import type { VerdictKind } from '../core/verdict.ts';

const marks: Readonly<Record<VerdictKind, string>> = {
  holds: pc.green('✔ holds   '),
  violated: pc.red('✖ violated'),
  unknown: pc.yellow('? unknown '),
};

export interface ScenarioSummary {
  readonly name: string;
  readonly claim: string;
  readonly verdict: VerdictKind;
  readonly runs: number;
  readonly operations: number;
  readonly faultsFelt: number;
  readonly elapsedMs: number;
  /** What the claim was not held against: with any of these it is no longer the claim that holds. */
  readonly narrowed: readonly string[];
  /** Why it is not simply `holds`, a line each. */
  readonly remarks: readonly string[];
}

/** `✔ holds`, in its colour, as wide as the others. */
export function verdictMark(verdict: VerdictKind): string {
  return marks[verdict];
}

/** Verdict and figures of one scenario, its claim below. */
export function scenarioLines(s: ScenarioSummary): string[] {
  const runs = s.runs === 1 ? '1 run' : `${count(s.runs)} runs`;
  const took = `${(s.elapsedMs / 1000).toFixed(1)} s`;
  return [
    `${marks[s.verdict]}  ${s.name.padEnd(20)} ${runs}, ${count(s.operations)} operations, ${count(s.faultsFelt)} faults felt, ${took}`,
    pc.dim(`            ${s.claim}`),
    ...(s.narrowed.length > 0 ? ['            Shown for less than this claim:'] : []),
    ...s.narrowed.map((n) => `            - ${n}`),
    ...s.remarks.map((r) => `            ${r}`),
  ];
}

export interface ViolationStory {
  readonly invariant: string;
  readonly claim: string;
  readonly sentences: readonly string[];
  readonly steps: readonly string[];
  /** `shrunk from 87 steps`, or why it was not. */
  readonly note: string;
  readonly token: string;
  /** The command that shows it again. */
  readonly again: string;
}

/** The claim, the steps, the contradiction in words, and the command that shows it again. */
export function violationLines(v: ViolationStory): string[] {
  return [
    '',
    `${pc.red(pc.bold(v.invariant))} is violated: ${v.claim}`,
    pc.dim(`(${v.note})`),
    ...v.steps.map((s, i) => `  ${String(i + 1).padStart(2)} ${s}`),
    '',
    ...v.sentences.map((s) => `  ${s}`),
    '',
    `See it again:  ${v.again}`,
    '',
  ];
}

/** A whole number with thin groups: 12,480. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}
