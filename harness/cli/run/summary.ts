/** Sums up the runs of one scenario, and those of all. */
import { exitCodes } from '../../core/errors.ts';
import { tooManyUnknown } from '../../core/verdict.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { count, plural } from '../../report/terminal.ts';
import type { OperationCounts, ScenarioFigures, Total } from '../../report/terminal.ts';
import type { RecordOf } from '../../report/records.ts';

type RunFacts = Omit<RecordOf<'run'>, 'counterexample'>;

/** Remarks that are printed of one scenario; the rest is counted. */
const remarksMax = 8;

export class Summary {
  runs = 0;
  violated = 0;
  operations: OperationCounts = { invoked: 0, ok: 0, fail: 0, info: 0 };
  readonly leftovers: string[] = [];
  private readonly scenario: { readonly name: string; readonly claim: string };
  private unknown = 0;
  private effective = 0;
  /** Undefined once a run had none. */
  private elapsedMs: number | undefined = 0;
  private readonly remarks = new Set<string>();
  private readonly narrowed = new Set<string>();

  constructor(scenario: { readonly name: string; readonly claim: string }) {
    this.scenario = scenario;
  }

  add(r: RunFacts): void {
    this.runs += 1;
    this.operations = sum(this.operations, r.operations);
    this.effective += r.faults.effective;
    this.elapsedMs =
      r.elapsedMs === undefined || this.elapsedMs === undefined
        ? undefined
        : this.elapsedMs + r.elapsedMs;
    if (r.verdict === 'violated') this.violated += 1;
    if (r.verdict === 'unknown') this.unknown += 1;
    this.leftovers.push(...r.leftovers);
    for (const n of r.narrowed) this.narrowed.add(n);
    for (const { what, reason } of r.faults.skipped) this.narrowed.add(`not ${what}: ${reason}`);
    for (const remark of remarksOf(r)) this.remarks.add(remark);
  }

  get verdict(): VerdictKind {
    if (this.violated > 0) return 'violated';
    return tooManyUnknown(this.unknown, this.runs) ? 'unknown' : 'holds';
  }

  figures(): ScenarioFigures {
    const { runs, operations, effective, elapsedMs, verdict } = this;
    const remarks = [...this.remarks];
    const more = remarks.length - remarksMax;
    return {
      name: this.scenario.name,
      claim: this.scenario.claim,
      verdict,
      narrowed: [...this.narrowed],
      runs,
      operations,
      effective,
      elapsedMs,
      remarks: [
        ...this.share(this.violated, 'violated'),
        ...this.share(this.unknown, 'unknown'),
        ...remarks.slice(0, remarksMax),
        ...(more > 0 ? [`… ${plural(more, 'more remark')}: --json has them all`] : []),
      ],
    };
  }

  private share(n: number, what: string): string[] {
    return n > 0 && this.runs > 1 ? [`${count(n)} of ${plural(this.runs, 'run')} ${what}`] : [];
  }
}

/** Why a run is not simply `holds`. */
export function remarksOf(r: RunFacts): string[] {
  return [
    ...r.promises.flatMap((p) => (p.verdict === 'unknown' ? [`${p.id}: ${p.basis}`] : [])),
    ...(r.promises.length === 0 && r.notPromised.length > 0
      ? [`the system promises none of ${r.notPromised.join(', ')}`]
      : []),
    ...r.remarks,
    ...r.leftovers.map((l) => `left behind: ${l}`),
    ...(r.history === null ? [] : [`history: ${r.history}`]),
  ];
}

function sum(a: OperationCounts, b: OperationCounts): OperationCounts {
  return {
    invoked: a.invoked + b.invoked,
    ok: a.ok + b.ok,
    fail: a.fail + b.fail,
    info: a.info + b.info,
  };
}

/** Of those that were run at all. */
export function totalOf(
  summaries: readonly Summary[],
  skipped: number,
  elapsedMs?: number,
): Total & { readonly verdict: VerdictKind } {
  const ran = summaries.filter((s) => s.runs > 0);
  const withVerdict = (v: VerdictKind): number => ran.filter((s) => s.verdict === v).length;
  const scenarios = {
    holds: withVerdict('holds'),
    violated: withVerdict('violated'),
    unknown: withVerdict('unknown'),
    skipped,
  };
  const isUnknown = ran.length === 0 || scenarios.unknown > 0;
  return {
    verdict: scenarios.violated > 0 ? 'violated' : isUnknown ? 'unknown' : 'holds',
    scenarios,
    runs: ran.reduce((n, s) => n + s.runs, 0),
    operations: ran.map((s) => s.operations).reduce(sum, { invoked: 0, ok: 0, fail: 0, info: 0 }),
    ...(elapsedMs !== undefined && { elapsedMs: Math.round(elapsedMs) }),
  };
}

/** Violated beats leftovers beats unknown (more than 1 % of a scenario's runs). */
export function exitCodeOf(summaries: readonly Summary[]): number {
  const { verdict } = totalOf(summaries, 0);
  if (verdict === 'violated') return exitCodes.violated;
  if (summaries.some((s) => s.leftovers.length > 0)) return exitCodes.leftovers;
  return exitCodes[verdict];
}
