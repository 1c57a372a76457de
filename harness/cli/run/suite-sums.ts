/** Sums over the runs of a suite, as its page tells them: by scenario, and by promise. */
import type { Figure } from '../../core/metric.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { tooManyUnknown } from '../../core/verdict.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { SizeBook } from '../../metrics/by-size.ts';
import { runMetrics } from '../../metrics/catalog.ts';
import { FigureBook } from '../../metrics/figures.ts';
import type {
  CurvePoint,
  CurveView,
  FigureView,
  PromiseSum,
  ScenarioView,
} from '../../page/suite.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import type { RunReport } from './run-once.ts';
import { remarksOf } from './summary.ts';

/** Remarks that are told of one scenario. */
const remarksMax = 6;

/** All runs of one scenario. */
export class ScenarioSum {
  private readonly scenario: Scenario;
  private readonly reports: RunReport[] = [];
  private readonly book: FigureBook;
  private readonly sizes: SizeBook;

  constructor(scenario: Scenario, { metrics = [] }: Pick<System, 'metrics'>) {
    this.scenario = scenario;
    // All are told in one column.
    this.book = new FigureBook([...runMetrics, ...metrics.filter((m) => /_seconds$/.test(m.name))]);
    this.sizes = new SizeBook(metrics);
  }

  /** Null: it was broken off. */
  add(report: RunReport, result: Pick<ScenarioRun, 'run' | 'program'> | null): void {
    this.reports.push(report);
    if (result === null) return;
    this.book.add(result.run.history.events);
    this.sizes.add(result.run.history, result.program.shape);
  }

  private count(verdict: VerdictKind): number {
    return this.reports.filter((r) => r.verdict === verdict).length;
  }

  private get verdict(): VerdictKind {
    if (this.count('violated') > 0) return 'violated';
    return tooManyUnknown(this.count('unknown'), this.reports.length) ? 'unknown' : 'holds';
  }

  /** `run` is the id of its view. */
  view(run: string | null): ScenarioView {
    const { scenario, reports } = this;
    const total = (of: (r: RunReport) => number): number => reports.reduce((n, r) => n + of(r), 0);
    const remarks = [
      ...new Set(
        reports.flatMap((r) => [...r.narrowed.map((n) => `not for: ${n}`), ...remarksOf(r)]),
      ),
    ];
    const more = remarks.length - remarksMax;
    return {
      name: scenario.name,
      claim: scenario.claim,
      verdict: this.verdict,
      runs: reports.length,
      violated: this.count('violated'),
      unknown: this.count('unknown'),
      operations: {
        invoked: total((r) => r.operations.invoked),
        ok: total((r) => r.operations.ok),
        fail: total((r) => r.operations.fail),
        info: total((r) => r.operations.info),
      },
      faults: {
        planned: total((r) => r.faults.planned),
        effective: total((r) => r.faults.effective),
      },
      elapsedMs: total((r) => r.elapsedMs),
      remarks: [
        ...remarks.slice(0, remarksMax),
        ...(more > 0 ? [`and ${more} remarks more, which --json has`] : []),
      ],
      run,
    };
  }

  figures(): FigureView[] {
    return this.book.figures().map((f) => {
      const { metric: _, labels: __, ...told } = f;
      return { ...told, scenario: this.scenario.name, name: nameOf(f) };
    });
  }

  /** Of those that were measured at two sizes at least. */
  curves(): CurveView[] {
    const curves = new Map<string, CurvePoint[]>();
    for (const { instances, perSecond, figure } of this.sizes.figures()) {
      const { count, p50, p99, p999 } = figure;
      const name = nameOf(figure);
      const points = curves.get(name) ?? [];
      curves.set(name, [...points, { instances, perSecond, count, p50, p99, p999 }]);
    }
    return [...curves]
      .filter(([, points]) => new Set(points.map((p) => p.instances)).size > 1)
      .map(([name, points]) => ({ scenario: this.scenario.name, name, points }));
  }
}

function nameOf({ metric, labels }: Figure): string {
  const of = Object.values(labels).join(', ');
  const what = metric.replace(/^antlion_|_seconds$/g, '').replaceAll('_', ' ');
  return of === '' ? what : `${what}: ${of}`;
}

/** Each promise over all runs that asked for it, those that some run broke first. */
export function promiseSums(reports: readonly RunReport[]): PromiseSum[] {
  interface Sum {
    claim: string | null;
    readonly by: Record<VerdictKind, number>;
    readonly reasons: Set<string>;
    readonly notPromised: Set<string>;
  }
  const sums = new Map<string, Sum>();
  const of = (id: string): Sum => {
    const by = { holds: 0, violated: 0, unknown: 0 };
    const sum = sums.get(id) ?? { claim: null, by, reasons: new Set(), notPromised: new Set() };
    sums.set(id, sum);
    return sum;
  };
  for (const r of reports) {
    for (const p of r.promises) {
      const sum = of(p.id);
      sum.claim ??= p.claim;
      sum.by[p.verdict] += 1;
      if (p.verdict === 'unknown') sum.reasons.add(`${r.scenario}: ${p.basis ?? 'no reason told'}`);
    }
    for (const id of r.notPromised) of(id).notPromised.add(r.scenario);
  }
  return [...sums]
    .map(([id, { claim, by, reasons, notPromised }]) => {
      return { id, claim, ...by, reasons: [...reasons], notPromised: [...notPromised] };
    })
    .sort((a, b) => b.violated - a.violated || b.unknown - a.unknown);
}
