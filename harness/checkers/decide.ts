/** Decides one part of a history by the cheapest complete algorithm. */
import { assert } from '../core/assert.ts';
import { orderByBlocks } from './blocks.ts';
import { refuteOrder } from './certificate.ts';
import { columnsOf } from './columns.ts';
import { CellMachine, cellTable } from './machine.ts';
import type { Machine } from './machine.ts';
import type { CellModel, Model, StepModel } from './model.ts';
import { isCompleted, type Op } from './operations.ts';
import type { Search } from './search.ts';
import { StepMachine } from './step-machine.ts';
import { orderByVersions } from './versions.ts';

export type Decision =
  /** `order` is a linearization, already replayed. */
  | { readonly kind: 'legal'; readonly order: readonly Op[]; readonly steps: number }
  | { readonly kind: 'illegal'; readonly steps: number }
  | { readonly kind: 'steps' | 'memory'; readonly steps: number };

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
  if (order === null) return bySearch(ops, kept, model, new StepMachine(kept, model));
  const decision = replayed(ops, order, model, 0);
  return () => decision;
}

function cellCase(ops: readonly Op[], model: CellModel): Case {
  const table = cellTable(ops, model);
  const blocks = orderByBlocks(table);
  if (blocks === null) return () => ({ kind: 'illegal', steps: 0 });
  const order = blocks ?? orderByVersions(ops, model);
  if (order === null) return bySearch(ops, table.ops, model, new CellMachine(table));
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

function bySearch(all: readonly Op[], kept: readonly Op[], model: Model, machine: Machine): Case {
  const columns = columnsOf(kept);
  return (search, stepsMax) => {
    const result = search.run(columns, machine, stepsMax);
    if (result.kind !== 'legal') return { kind: result.kind, steps: search.steps };
    const order = result.order.map((i) => kept[i] as Op);
    return replayed(all, order, model, search.steps);
  };
}

function replayed(all: readonly Op[], order: readonly Op[], model: Model, steps: number): Decision {
  const fault = refuteOrder(all, order, model);
  assert(fault === null, 'a linearization replays', { fault });
  return { kind: 'legal', order, steps };
}
