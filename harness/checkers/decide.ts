/** Decides one part of a history by the cheapest complete algorithm. */
import { assert } from '../core/assert.ts';
import { orderByBlocks } from './solvers/blocks.ts';
import { refuteOrder } from './replay.ts';
import type { CellModel, Model, StepModel } from './model.ts';
import { isCompleted, type Op } from './operations.ts';
import { cellTable } from './search/cell-table.ts';
import { columnsOf } from './search/columns.ts';
import type { SearchResult } from './search/result.ts';
import type { Search } from './search/search.ts';
import { StepMachine } from './search/step-machine.ts';
import { orderByVersions } from './solvers/versions.ts';

export type Decision =
  /** `order` is a linearization, already replayed. */
  | { readonly kind: 'legal'; readonly order: readonly Op[]; readonly steps: number }
  | { readonly kind: 'illegal'; readonly steps: number }
  /** `reached`: completed operations that were got past, in order of their returns. */
  | { readonly kind: 'steps' | 'memory'; readonly steps: number; readonly reached: number };

/** A part of a history, made ready once and decided as often as budgets grow. */
export type Case = (search: Search, stepsMax: number) => Decision;

/** `ops` of one part, in order of their calls. */
export function caseOf(ops: readonly Op[], model: Model): Case {
  return model.kind === 'step' ? stepCase(ops, model) : cellCase(ops, model);
}

function stepCase(ops: readonly Op[], model: StepModel<unknown>): Case {
  const kept = ops.filter((op) => isCompleted(op) || model.isPure?.(op) !== true);
  const solved = model.solve?.(kept);
  if (solved === null) return () => ({ kind: 'illegal', steps: 0 });
  const order = solved ?? orderByVersions(ops, model);
  if (order === null) {
    const columns = columnsOf(kept);
    const machine = new StepMachine(kept, model);
    return bySearch(ops, kept, model, (search, steps) => search.machine(columns, machine, steps));
  }
  const decision = replayed(ops, order, model, 0);
  return () => decision;
}

function cellCase(ops: readonly Op[], model: CellModel): Case {
  const table = cellTable(ops, model);
  const blocks = orderByBlocks(table);
  if (blocks === null) return () => ({ kind: 'illegal', steps: 0 });
  const order = blocks ?? orderByVersions(ops, model);
  if (order === null) {
    const columns = columnsOf(table.ops);
    return bySearch(ops, table.ops, model, (search, steps) => search.cells(columns, table, steps));
  }
  const decision = replayed(ops, order, model, 0);
  return () => decision;
}

/** Looks at no more than `stepsMax` configurations. */
export function decide(
  ops: readonly Op[],
  model: Model,
  search: Search,
  stepsMax: number,
): Decision {
  return caseOf(ops, model)(search, stepsMax);
}

function bySearch(
  all: readonly Op[],
  kept: readonly Op[],
  model: Model,
  run: (search: Search, stepsMax: number) => SearchResult,
): Case {
  return (search, stepsMax) => {
    const result = run(search, stepsMax);
    const { steps } = search;
    if (result.kind === 'illegal') return { kind: 'illegal', steps };
    if (result.kind !== 'legal') return { kind: result.kind, steps, reached: search.reached };
    const order = result.order.map((i) => kept[i] as Op);
    return replayed(all, order, model, steps);
  };
}

function replayed(all: readonly Op[], order: readonly Op[], model: Model, steps: number): Decision {
  const fault = refuteOrder(all, order, model);
  assert(fault === null, 'a linearization replays', { fault });
  return { kind: 'legal', order, steps };
}
