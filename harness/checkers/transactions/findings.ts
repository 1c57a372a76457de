/** The first anomaly of each class: a broken database may have millions. */
import type { Anomaly, AnomalyClass } from './anomaly.ts';

export class Findings {
  private readonly first = new Map<AnomalyClass, Anomaly>();

  /** `tell` is asked only if none of this class was known as early: its rows, and what happened. */
  add(kind: AnomalyClass, knownAt: number, tell: () => readonly [number[], ...string[]]): void {
    const before = this.first.get(kind);
    if (before !== undefined && before.knownAt <= knownAt) return;
    const [rows, ...sentences] = tell();
    this.first.set(kind, { kind, rows, sentences, knownAt });
  }

  get all(): Anomaly[] {
    return [...this.first.values()];
  }
}
