/**
 * Linearizability of a cell whose every value is set at most once, in O(n log n). A value's setter and
 * readers stand together, and an operation that needs one value and sets another follows at once:
 * chained values form one block with a fixed inner order (`arrange.ts`).
 */
import { arrange, type Blocks } from './arrange.ts';
import { isCompleted, type Op } from '../operations.ts';
import { type CellTable, none } from '../search/cell-table.ts';

/** A linearization; or null: there is none; or undefined: some value is set twice. */
export function orderByBlocks(t: CellTable): readonly Op[] | null | undefined {
  const setter = settersOf(t);
  if (setter === undefined) return undefined;
  const isNeeded = neededOps(t, setter);
  if (isNeeded === null) return null;
  const blocks = blocksOf(t, isNeeded);
  return blocks === null ? null : arrange(blocks);
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

/**
 * The first block rests on the initial value. Null when a value is taken further twice, or only by a
 * ring of operations that nothing started.
 */
function blocksOf(t: CellTable, isNeeded: Uint8Array): Blocks | null {
  const users = usersOf(t, isNeeded);
  if (users === null) return null;
  const blocks: Blocks = { ops: [], starts: [] };
  const { ops } = blocks;
  // A value, its readers, whoever takes it further, and so on.
  const chain = (head: number): void => {
    for (let value = head; ;) {
      for (let i = users.reader[value] as number; i >= 0; i = users.nextReader[i] as number) {
        ops.push(t.ops[i] as Op);
      }
      const next = users.taker[value] as number;
      if (next < 0) break;
      ops.push(t.ops[next] as Op);
      value = t.sets[next] as number;
    }
  };
  blocks.starts.push(0);
  chain(t.initial);
  let needed = 0;
  for (let i = 0; i < t.ops.length; i++) {
    needed += isNeeded[i] as number;
    if (isNeeded[i] === 0 || t.needs[i] !== none) continue;
    blocks.starts.push(ops.length);
    ops.push(t.ops[i] as Op);
    if (t.sets[i] !== none) chain(t.sets[i] as number);
  }
  return ops.length === needed ? blocks : null;
}

/** By value: its first reader (the others by `nextReader`, in order of calls), and who takes it further. */
interface Users {
  readonly reader: Int32Array;
  readonly nextReader: Int32Array;
  readonly taker: Int32Array;
}

/** Null when a value is taken further twice. */
function usersOf(t: CellTable, isNeeded: Uint8Array): Users | null {
  const reader = new Int32Array(t.values).fill(-1);
  const taker = new Int32Array(t.values).fill(-1);
  const nextReader = new Int32Array(t.ops.length);
  for (let i = t.ops.length - 1; i >= 0; i--) {
    const need = t.needs[i] as number;
    if (isNeeded[i] === 0 || need === none) continue;
    if (t.sets[i] === none) {
      nextReader[i] = reader[need] as number;
      reader[need] = i;
    } else if ((taker[need] as number) >= 0) return null;
    else taker[need] = i;
  }
  return { reader, nextReader, taker };
}
