/** Sums up the runs of one scenario. */
import type { Scenario } from '../core/scenario.ts';
import { tooManyUnknown } from '../core/verdict.ts';
import type { VerdictKind } from '../core/verdict.ts';
import type { ScenarioSummary } from '../report/terminal.ts';
import type { RunReport } from './run-once.ts';

export class Summary {
  runs = 0;
  violated = 0;
  readonly leftovers: string[] = [];
  private readonly scenario: Scenario;
  private unknown = 0;
  private operations = 0;
  private faultsFelt = 0;
  private elapsedMs = 0;
  private readonly remarks = new Set<string>();
  private readonly narrowed = new Set<string>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  add(t: RunReport): void {
    this.runs += 1;
    this.operations += t.operations;
    this.faultsFelt += t.faultsFelt;
    this.elapsedMs += t.elapsedMs;
    if (t.verdict === 'violated') this.violated += 1;
    if (t.verdict === 'unknown') this.unknown += 1;
    this.leftovers.push(...t.leftovers);
    for (const n of t.narrowed) this.narrowed.add(n);
    for (const r of t.remarks) this.remarks.add(r);
    for (const l of t.leftovers) this.remarks.add(`left behind: ${l}`);
  }

  get isViolated(): boolean {
    return this.violated > 0;
  }

  get isUnknown(): boolean {
    return tooManyUnknown(this.unknown, this.runs);
  }

  get verdict(): VerdictKind {
    if (this.isViolated) return 'violated';
    return this.isUnknown ? 'unknown' : 'holds';
  }

  figures(): ScenarioSummary {
    const some: string[] = [];
    if (this.violated > 0 && this.runs > 1) some.push(`${this.violated} of the runs violated`);
    if (this.unknown > 0) some.push(`${this.unknown} of the runs unknown`);
    return {
      name: this.scenario.name,
      claim: this.scenario.claim,
      verdict: this.verdict,
      narrowed: [...this.narrowed],
      runs: this.runs,
      operations: this.operations,
      faultsFelt: this.faultsFelt,
      elapsedMs: this.elapsedMs,
      remarks: [...some, ...[...this.remarks].slice(0, 8)],
    };
  }
}
