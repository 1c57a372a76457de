/** Decides one part of a history by the cheapest complete algorithm. */
import { assert } from '../core/assert.ts';
import { orderByBlocks } from './blocks.ts';
import { refuteOrder } from './certificate.ts';
import { columnsOf } from './columns.ts';
import { CellMachine, cellTable } from './machine.ts';
import type { Machine } from './machine.ts';
import type { Model } from './model.ts';
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
  const hinted = orderByVersions(ops, model);
  if (hinted !== null) return () => ({ kind: 'legal', order: hinted, steps: 0 });
  if (model.kind === 'step') {
    const kept = ops.filter((op) => isCompleted(op) || model.isPure?.(op) !== true);
    const solved = model.solve?.(kept);
    if (solved === null) return () => ({ kind: 'illegal', steps: 0 });
    if (solved !== undefined) {
      const decision = replayed(ops, solved, model, 0);
      return () => decision;
    }
    return bySearch(ops, kept, model, new StepMachine(kept, model));
  }
  const table = cellTable(ops, model);
  const order = orderByBlocks(table);
  if (order === undefined) return bySearch(ops, table.ops, model, new CellMachine(table));
  const decision: Decision =
    order === null ? { kind: 'illegal', steps: 0 } : replayed(ops, order, model, 0);
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
