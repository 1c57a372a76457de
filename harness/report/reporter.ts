/**
 * Whoever hears what a command has to say. A command says each record once; what becomes of it (lines
 * for people, `--json`, JUnit, annotations) is a reporter's, and none of them knows of another.
 */
import type { RecordOf, RecordType } from './records.ts';
import type { ScenarioFigures } from './terminal.ts';

/** Any record, told from the others by its `type`. */
export type Said<T extends RecordType = RecordType> = {
  [K in T]: { readonly type: K } & RecordOf<K>;
}[T];

export interface Reporter {
  /** Each record, as it comes; the summary is the last. */
  record(said: Said): void;
  /** What people are told of a scenario, once its last run is over. Programs have the runs. */
  scenario?(figures: ScenarioFigures): void;
  /** Once, when nothing more comes, also when the work broke off. Writes files; may throw. */
  end?(): void;
}

/** Several as one. A reporter that cannot write keeps none of the others from it. */
export class Reporters implements Reporter {
  private readonly all: readonly Reporter[];

  constructor(all: readonly Reporter[]) {
    this.all = all;
  }

  record(said: Said): void {
    for (const r of this.all) r.record(said);
  }

  scenario(figures: ScenarioFigures): void {
    for (const r of this.all) r.scenario?.(figures);
  }

  /** Throws what the first of those threw that could not write. */
  end(): void {
    const failures: unknown[] = [];
    for (const r of this.all) {
      try {
        r.end?.();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
