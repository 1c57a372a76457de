/** Searches for linearizations, one part of a history after another, with the same scratch memory. */
import { CellDescent } from './cell-descent.ts';
import type { CellTable } from './cell-table.ts';
import type { Columns } from './columns.ts';
import { Memo } from './memo.ts';
import type { SearchResult } from './result.ts';
import { StepDescent } from './step-descent.ts';
import type { StepMachine } from './step-machine.ts';

export class Search {
  private readonly memo: Memo;
  private scratch: Int32Array = new Int32Array(0);
  /** Configurations looked at by the last run. */
  steps = 0;
  /** Completed operations that the last run got past, in order of their returns. */
  reached = 0;

  /** `bytesMax` limits what is remembered of configurations. */
  constructor(bytesMax: number) {
    this.memo = new Memo(bytesMax);
  }

  /** Looks at no more than `stepsMax` configurations. */
  cells(c: Columns, t: CellTable, stepsMax: number): SearchResult {
    return this.run(new CellDescent(c, t, this.memo, this.scratch), stepsMax);
  }

  /** Looks at no more than `stepsMax` configurations. */
  machine(c: Columns, m: StepMachine<unknown>, stepsMax: number): SearchResult {
    return this.run(new StepDescent(c, m, this.memo, this.scratch), stepsMax);
  }

  private run(descent: CellDescent | StepDescent, stepsMax: number): SearchResult {
    const result = descent.run(stepsMax);
    this.steps = descent.steps;
    this.reached = descent.reached;
    this.scratch = descent.frames.words;
    return result;
  }
}
