/** Gathers the runs of a suite for its page: sums of all, and of each scenario one run to look at. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { runView } from '../../page/prepare/run-view.ts';
import { compared, keptOf, readKept } from '../../page/prepare/kept-suite.ts';
import type { KeptSuite } from '../../page/prepare/kept-suite.ts';
import { codesFor } from '../../page/prepare/codes.ts';
import type { SuiteView } from '../../page/suite.ts';
import type { RunView } from '../../page/view.ts';
import { verdictOf } from '../../runner/judge.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import { decodeToken } from '../../runner/token.ts';
import type { OpenEnvironment } from '../environments.ts';
import { madeBy, openPagePath, writeKept, writePage } from '../files/page-file.ts';
import type { RunReport } from '../run/run-once.ts';
import { remediesFor } from '../replay/remedies.ts';
import { ScenarioSum, promiseSums } from '../run/suite-sums.ts';
import type { totalOf } from '../run/summary.ts';
import { remarksOf, violationViews } from '../replay/violation-views.ts';
import type { ViolationViews } from '../replay/violation-views.ts';

/** The file in the folder that is asked for. */
const fileName = 'index.html';
/** Beside it: what the next run is compared with. */
const keptName = 'suite.json';
/** Data of runs in one page, as text; a page that is larger opens slowly. */
const bytesMax = 14_000_000;
const gravity: Readonly<Record<VerdictKind, number>> = { holds: 0, unknown: 1, violated: 2 };

export interface JudgedGround {
  readonly environment: OpenEnvironment;
  readonly system: System;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
}

export interface SuiteEnd {
  readonly total: ReturnType<typeof totalOf>;
  readonly skipped: SuiteView['skipped'];
  /** What no run came across; null: that was not looked at. */
  readonly never: readonly string[] | null;
  readonly isInterrupted: boolean;
}

export class ReportBook {
  readonly path: string;
  private readonly keptPath: string;
  private readonly reports: RunReport[] = [];
  private readonly sums = new Map<string, ScenarioSum>();
  /** By scenario, the gravest so far. */
  private readonly shown = new Map<string, ViolationViews>();

  /** Throws E_FOLDER when nothing can be written there. */
  constructor(folder: string) {
    this.path = join(folder, fileName);
    this.keptPath = join(folder, keptName);
    openPagePath(this.path);
  }

  /** A run that was broken off has nothing to look at. */
  async add(g: JudgedGround, report: RunReport, result: ScenarioRun | null): Promise<void> {
    const { name } = g.scenario;
    this.reports.push(report);
    const sum = this.sums.get(name) ?? new ScenarioSum(g.scenario, g.system);
    this.sums.set(name, sum);
    sum.add(report, result);
    const before = this.shown.get(name);
    const isGraver = before === undefined || gravity[report.verdict] > gravity[before.run.verdict];
    if (result !== null && isGraver) this.shown.set(name, await viewsOf(g, report, result));
  }

  /** Throws E_FOLDER. */
  write({ total, skipped, never, isInterrupted }: SuiteEnd): void {
    const kept = this.kept();
    const rows = [...this.sums].map(([name, sum]) => sum.view(kept.get(name)?.run.id ?? null));
    const all = [...kept.values()].sort((a, b) => gravity[b.run.verdict] - gravity[a.run.verdict]);
    const suite = {
      verdict: isInterrupted && total.verdict === 'holds' ? 'unknown' : total.verdict,
      scenarios: total.scenarios,
      runs: total.runs,
      operations: total.operations,
      elapsedMs: total.elapsedMs ?? 0,
      rows: rows.sort((a, b) => gravity[b.verdict] - gravity[a.verdict]),
      promises: promiseSums(this.reports),
      skipped,
      never,
      figures: [...this.sums.values()].flatMap((sum) => sum.figures()),
      curves: [...this.sums.values()].flatMap((sum) => sum.curves()),
      isInterrupted,
    };
    const own = keptOf(suite, madeBy());
    const before = keptIn(this.keptPath);
    writePage(this.path, {
      title: 'antlion report',
      suite: { ...suite, before: before === null ? null : compared(own, before) },
      runs: all.map((v) => v.run),
      besides: all.flatMap((v) => v.beside ?? []),
    });
    // What was broken off says too little to compare with.
    if (!isInterrupted) writeKept(this.keptPath, JSON.stringify(own));
  }

  /** As many as there is room for, the gravest first. */
  private kept(): ReadonlyMap<string, ViolationViews> {
    let bytes = 0;
    const byGravity = [...this.shown].sort(
      ([, a], [, b]) => gravity[b.run.verdict] - gravity[a.run.verdict],
    );
    return new Map(
      byGravity.filter(([, views]) => {
        const size = JSON.stringify(views).length;
        if (bytes + size > bytesMax) return false;
        bytes += size;
        return true;
      }),
    );
  }
}

/** Null: there is none, or none that this version reads. */
function keptIn(path: string): KeptSuite | null {
  try {
    return readKept(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** The run to look at: of a violation in simulation the shrunk one. */
export async function viewsOf(
  g: JudgedGround,
  report: RunReport,
  result: ScenarioRun,
): Promise<ViolationViews> {
  const { story, seed } = report;
  const { mutant } = result.program.settings;
  const id = `${report.scenario}-seed${seed}`;
  const about = `seed ${seed}, ${report.environment}${mutant === null ? '' : `, mutant ${mutant}`}`;
  if (story !== null && g.environment.time === 'virtual') {
    const record = decodeToken(story.token);
    const invariant = result.invariants.find((i) => i.id === record.invariant);
    if (invariant !== undefined) {
      // What was shrunk is run once more: its history was not kept.
      const { pins, program } = record;
      const run = await g.environment.run(g.system, program, { monitors: [invariant], pins });
      const { claim } = g.scenario;
      const ground = { ...g, id, about, claim, record, invariant, note: story.note };
      return violationViews(
        { ...ground, again: story.again },
        run,
        verdictOf(invariant, run.history, program),
      );
    }
  }
  const run = plainView(g, report, result, { id, about });
  if (run.violation === null) return { run, beside: null };
  const change = await remediesFor(g.system, result.program, run.violation.promise, null);
  return { run: { ...run, violation: { ...run.violation, change } }, beside: null };
}

/** As it happened. */
function plainView(
  { scenario, system }: JudgedGround,
  { story, verdict, remarks }: RunReport,
  { program, run, invariants, judgement }: ScenarioRun,
  { id, about }: { readonly id: string; readonly about: string },
): RunView {
  return runView({
    id,
    about,
    claim: scenario.claim,
    system,
    program,
    history: run.history,
    invariants,
    verdicts: judgement.verdicts,
    verdict,
    remarks: [...remarksOf(run), ...remarks],
    note: story?.note ?? '',
    codes: story === null ? [] : codesFor(decodeToken(story.token), story.again, story.claim),
  });
}
