/** Which levels were tried on a history, and what came of it. */
import type { Analysis } from './analysis.ts';
import type { Anomaly } from './anomaly.ts';
import { type Certification, certify, type TransactionOrder } from './certificate.ts';
import { bySeverity, excludes, implies, type Level, levels } from './levels.ts';

/** Points that a search may look at for the sake of an extra: some for each node, and some on top. */
const extraPerNode = 3;
const extraOnTop = 100_000;

export class Trials {
  /** Points that searches for an order looked at. */
  steps = 0;
  private readonly analysis: Analysis;
  private readonly stepsMax: number | undefined;
  private readonly tried = new Map<Level, Certification>();

  constructor(analysis: Analysis, stepsMax: number | undefined) {
    this.analysis = analysis;
    this.stepsMax = stepsMax;
  }

  /**
   * What breaks the weakest levels first. That a level has no order is told only of those of which no
   * weaker one has none either.
   */
  get anomalies(): readonly Anomaly[] {
    const refuted = [...this.tried].filter(([, found]) => found.kind === 'none');
    const weakest = refuted.flatMap(([level, found]) => {
      const isImplied = refuted.some(([l]) => l !== level && implies(level, l));
      return found.kind === 'none' && !isImplied ? [found.anomaly] : [];
    });
    return weakest.length === 0
      ? this.analysis.anomalies
      : bySeverity([...this.analysis.anomalies, ...weakest]);
  }

  /**
   * The strongest level that is proved; `none`: not even the weakest holds. Where a search does not come
   * to an end, `asked` is tried before any other: perhaps it is easier to prove than a stronger one. Once
   * `asked` is decided, what remains is an extra, which may cost little.
   */
  strongest(asked: Level): Level | 'none' | 'unknown' {
    let hasGivenUp = false;
    for (const level of levels) {
      if (hasGivenUp && this.isProved(asked) !== null) return 'unknown';
      const next = hasGivenUp && !this.tried.has(asked) ? asked : level;
      if (this.isExcluded(next)) continue;
      const isExtra = this.isProved(asked) !== null;
      const found = this.try(next, isExtra ? this.little : this.stepsMax);
      if (found === 'proved') return next;
      // What was not even searched costs nothing: weaker levels are tried in their turn.
      if (found === 'budget' && this.tried.get(next)?.steps !== 0) {
        if (next === asked) return 'unknown';
        hasGivenUp = true;
      }
    }
    return hasGivenUp ? 'unknown' : 'none';
  }

  try(level: Level, stepsMax = this.stepsMax): Certification['kind'] {
    let found = this.tried.get(level);
    if (found === undefined) {
      found = certify(this.analysis, level, stepsMax);
      this.steps += found.steps;
      this.tried.set(level, found);
    }
    return found.kind;
  }

  /** True: an order was found; false: none can be; null: not known yet. */
  isProved(level: Level): boolean | null {
    if (this.isExcluded(level)) return false;
    return this.certificate(level) === null ? null : true;
  }

  /** Of the level or of one that implies it; null: none was found. */
  certificate(level: Level | 'none' | 'unknown'): TransactionOrder | null {
    if (level === 'none' || level === 'unknown') return null;
    for (const [l, found] of this.tried) {
      if (found.kind === 'proved' && implies(l, level)) return found.certificate;
    }
    return null;
  }

  /** Why nothing is known of a level. */
  reason(level: Level): string {
    const found = this.tried.get(level);
    const [steps, got] =
      found?.kind === 'budget' ? [found.steps, found.got] : [0, 'it was not tried'];
    return `no anomaly excludes ${level}, and no order of the transactions that proves it was found within the budget, after ${steps} steps: ${got}`;
  }

  private get little(): number {
    const { nodes } = this.analysis.graph;
    return Math.min(this.stepsMax ?? Infinity, nodes * extraPerNode + extraOnTop);
  }

  private isExcluded(level: Level): boolean {
    return this.anomalies.some((a) => excludes(level, a.kind));
  }
}
