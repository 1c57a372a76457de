/**
 * Linearizability of a cell whose every value is set at most once, in O(n log n). A value's setter and
 * readers stand together, and an operation that needs one value and sets another follows at once:
 * chained values form one block with a fixed inner order (`arrange.ts`).
 */
import { arrange } from './arrange.ts';
import { isCompleted, type Op } from './operations.ts';
import type { CellTable } from './search/cell-table.ts';

/** A linearization; or null: there is none; or undefined: some value is set twice. */
export function orderByBlocks(t: CellTable): readonly Op[] | null | undefined {
  const setter = settersOf(t);
  if (setter === undefined) return undefined;
  const isNeeded = neededOps(t, setter);
  if (isNeeded === null) return null;
  const blocks = blocksOf(t, setter, isNeeded);
  return blocks === null ? null : arrange(blocks.first, blocks.others);
}

/** By value: the operation that sets it, or -1. */
function settersOf(t: CellTable): Int32Array | undefined {
  const setter = new Int32Array(t.values).fill(-1);
  for (let i = 0; i < t.ops.length; i++) {
    const set = t.sets[i] as number;
    if (set < 0) continue;
    if (set === t.initial || (setter[set] as number) >= 0) return undefined;
    setter[set] = i;
  }
  return setter;
}

/** Those that completed, and those that must have happened because of them. Null: a value from nowhere. */
function neededOps(t: CellTable, setter: Int32Array): Uint8Array | null {
  const isNeeded = new Uint8Array(t.ops.length);
  for (let i = 0; i < t.ops.length; i++) {
    if (!isCompleted(t.ops[i] as Op)) continue;
    for (let at = i; at >= 0 && isNeeded[at] === 0;) {
      isNeeded[at] = 1;
      const need = t.needs[at] as number;
      if (need < 0 || need === t.initial) break;
      at = setter[need] as number;
      if (at < 0) return null;
    }
  }
  return isNeeded;
}

interface Blocks {
  /** What rests on the initial value. */
  readonly first: readonly Op[];
  readonly others: readonly (readonly Op[])[];
}

/** Null when a value is taken further twice, or only by a ring of operations that nothing started. */
function blocksOf(t: CellTable, setter: Int32Array, isNeeded: Uint8Array): Blocks | null {
  const readers: number[][] = Array.from({ length: t.values }, () => []);
  const taker = new Int32Array(t.values).fill(-1);
  const heads: number[] = [];
  const others: Op[][] = [];
  let toPlace = 0;
  for (let i = 0; i < t.ops.length; i++) {
    if (isNeeded[i] === 0) continue;
    const [need, set] = [t.needs[i] as number, t.sets[i] as number];
    if (need < 0 && set < 0) {
      others.push([t.ops[i] as Op]);
      continue;
    }
    toPlace += 1;
    if (need < 0) heads.push(set);
    else if (set < 0) (readers[need] as number[]).push(i);
    else if ((taker[need] as number) >= 0) return null;
    else taker[need] = i;
  }
  // A value, its readers, whoever takes it further, and so on.
  const chain = (head: number, ops: Op[]): Op[] => {
    for (let value = head; ;) {
      for (const i of readers[value] as number[]) ops.push(t.ops[i] as Op);
      const next = taker[value] as number;
      if (next < 0) break;
      ops.push(t.ops[next] as Op);
      value = t.sets[next] as number;
    }
    toPlace -= ops.length;
    return ops;
  };
  const first = chain(t.initial, []);
  for (const head of heads) others.push(chain(head, [t.ops[setter[head] as number] as Op]));
  return toPlace === 0 ? { first, others } : null;
}
