/** Decides one part of a history by the cheapest complete algorithm. */
import { assert } from '../core/assert.ts';
import { orderByBlocks } from './blocks.ts';
import { refuteOrder } from './certificate.ts';
import { columnsOf } from './columns.ts';
import { CellMachine, cellTable, StepMachine } from './machine.ts';
import type { Model, StepModel } from './model.ts';
import { isCompleted, type Op } from './operations.ts';
import type { Search } from './search.ts';
import { orderByVersions } from './versions.ts';

export type Decision =
  /** `order` is a linearization, already replayed. */
  | { readonly kind: 'legal'; readonly order: readonly Op[]; readonly steps: number }
  | { readonly kind: 'illegal'; readonly steps: number }
  | { readonly kind: 'steps' | 'memory'; readonly steps: number };

/** `ops` of one part, in order of their calls. Looks at no more than `stepsMax` configurations. */
export function decide(
  ops: readonly Op[],
  model: Model,
  search: Search,
  stepsMax: number,
): Decision {
  const hinted = orderByVersions(ops, model);
  if (hinted !== null) return { kind: 'legal', order: hinted, steps: 0 };
  if (model.kind === 'step') {
    const kept = ops.filter((op) => isCompleted(op) || model.isPure?.(op) !== true);
    const machine = new StepMachine(kept, model as StepModel<unknown>);
    return bySearch(kept, machine);
  }
  const table = cellTable(ops, model);
  const order = orderByBlocks(table);
  if (order === null) return { kind: 'illegal', steps: 0 };
  if (order !== undefined) return legal(table.ops, order, 0);
  return bySearch(table.ops, new CellMachine(table));

  function bySearch(kept: readonly Op[], machine: CellMachine | StepMachine<unknown>): Decision {
    const result = search.run(columnsOf(kept), machine, stepsMax);
    if (result.kind !== 'legal') return { kind: result.kind, steps: search.steps };
    return legal(kept, result.order, search.steps);
  }

  function legal(kept: readonly Op[], indices: readonly number[], steps: number): Decision {
    const linearization = indices.map((i) => kept[i] as Op);
    const fault = refuteOrder(ops, linearization, model);
    assert(fault === null, 'a linearization replays', { fault });
    return { kind: 'legal', order: linearization, steps };
  }
}
