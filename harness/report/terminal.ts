/** What a person sees: a few lines a scenario, the story of a violation, and sums. */
import pc from 'picocolors';
import type { VerdictKind } from '../core/verdict.ts';
import { numberedSteps } from './steps.ts';
import { wrap } from './wrap.ts';

const marks: Readonly<Record<VerdictKind, string>> = {
  holds: '✔ holds   ',
  violated: '✖ violated',
  unknown: '? unknown ',
};
const colours: Readonly<Record<VerdictKind, (text: string) => string>> = {
  holds: pc.green,
  violated: pc.red,
  unknown: pc.yellow,
};

/** What stands below a verdict is indented as far as what stands beside it. */
const indent = 12;
/** Where the figures of a scenario begin. */
const figuresAt = 33;

export interface OperationCounts {
  readonly invoked: number;
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
}

export interface ScenarioFigures {
  readonly name: string;
  readonly claim: string;
  readonly verdict: VerdictKind;
  readonly runs: number;
  readonly operations: OperationCounts;
  /** How many faults met something. */
  readonly effective: number;
  /** Absent where it is not known: of shards that were put together. */
  readonly elapsedMs?: number | undefined;
  /** What the claim was not held against: with any of these it is no longer the claim that holds. */
  readonly narrowed: readonly string[];
  /** Why it is not simply `holds`, a line each. */
  readonly remarks: readonly string[];
  /** How long things took, a line each. */
  readonly measured?: readonly string[];
}

/** `✔ holds`, in its colour, as wide as the others. */
export function verdictMark(verdict: VerdictKind): string {
  return colours[verdict](marks[verdict]);
}

/** Verdict and figures of one scenario, its claim below. */
export function scenarioLines(s: ScenarioFigures): string[] {
  const figures = [
    plural(s.runs, 'run'),
    operationCounts(s.operations),
    plural(s.effective, 'fault'),
    ...(s.elapsedMs === undefined ? [] : [seconds(s.elapsedMs)]),
  ].join(', ');
  const mark = marks[s.verdict];
  const [first = '', ...rest] = wrap(`${mark}  ${s.name.padEnd(20)} ${figures}`, 0, figuresAt);
  return [
    verdictMark(s.verdict) + first.slice(mark.length),
    ...rest,
    ...wrap(s.claim, indent).map((line) => pc.dim(line)),
    ...(s.narrowed.length > 0 ? wrap('Shown for less than this claim:', indent) : []),
    ...s.narrowed.flatMap((n) => wrap(`- ${n}`, indent, indent + 2)),
    ...s.remarks.flatMap((r) => wrap(r, indent, indent + 2)),
    ...(s.measured ?? []).flatMap((m) => wrap(m, indent, indent + 2)),
  ];
}

/** `180 operations (162 ok, 10 failed, 8 unknown)`; what is 0 is left out. */
export function operationCounts(o: OperationCounts): string {
  const parts = [
    [o.ok, 'ok'],
    [o.fail, 'failed'],
    [o.info, 'unknown'],
    [o.invoked - o.ok - o.fail - o.info, 'open'],
  ] as const;
  const ends = parts.flatMap(([n, what]) => (n > 0 ? [`${count(n)} ${what}`] : []));
  const split = o.invoked === o.ok || ends.length === 0 ? '' : ` (${ends.join(', ')})`;
  return `${plural(o.invoked, 'operation')}${split}`;
}

export interface Total {
  readonly scenarios: Readonly<Record<VerdictKind | 'skipped', number>>;
  readonly runs: number;
  readonly operations: OperationCounts;
  /** Absent where it is not known: of shards that were put together. */
  readonly elapsedMs?: number | undefined;
}

/** `25 scenarios: 25 hold; 25 runs, 4,520 operations (…), 21 s`. */
export function totalLines(t: Total): string[] {
  const { holds, violated, unknown, skipped } = t.scenarios;
  const verdicts = [
    [holds, holds === 1 ? 'holds' : 'hold'],
    [violated, 'violated'],
    [unknown, 'unknown'],
    [skipped, 'skipped'],
  ] as const;
  const told = verdicts.flatMap(([n, what]) => (n > 0 ? [`${count(n)} ${what}`] : []));
  const all = plural(holds + violated + unknown + skipped, 'scenario');
  const took = t.elapsedMs === undefined ? [] : [seconds(t.elapsedMs)];
  const figures = [plural(t.runs, 'run'), operationCounts(t.operations), ...took].join(', ');
  return wrap(`${all}: ${told.length > 0 ? told.join(', ') : 'none was run'}; ${figures}`, 0, 2);
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
  const head = `${v.invariant} is violated: ${v.claim}`;
  const [first = '', ...rest] = wrap(head, 0);
  return [
    '',
    pc.red(pc.bold(v.invariant)) + first.slice(v.invariant.length),
    ...rest,
    ...wrap(`(${v.note})`, 0).map((line) => pc.dim(line)),
    ...numberedSteps(v.steps).flatMap((line) => wrap(line, 0, stepTextAt)),
    '',
    ...v.sentences.flatMap((s) => wrap(s, 2)),
    '',
    `See it again:  ${v.again}`,
    '',
  ];
}

/** Where the text of a step begins: after its number and its time. */
const stepTextAt = 17;

/** `1 run`, `2 runs`; the number has thin groups. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A whole number with thin groups: 12,480. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
