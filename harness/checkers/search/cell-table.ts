/** The operations of one part of a cell as integers: the value that each needs, the value that each sets. */
import { Interner } from '../canonical.ts';
import type { CellEffect, CellModel } from '../model.ts';
import { wrongAnswer } from '../operation-error.ts';
import { isCompleted, type Op } from '../operations.ts';

/** Needs no value, or sets none. */
export const none = -1;

/** `needs` and `sets` by operation, as numbers of values 0…values-1, or `none`. */
export interface CellTable {
  /** In order of their calls. */
  readonly ops: readonly Op[];
  readonly needs: Int32Array;
  readonly sets: Int32Array;
  readonly values: number;
  readonly initial: number;
}

/**
 * Reads the effects and leaves out what cannot matter: pure operations that did not complete, and
 * updates that did not complete and whose value no remaining operation needs. (Such an update could
 * only be followed by one that needs no value, so leaving it out changes nothing.)
 */
export function cellTable(all: readonly Op[], model: CellModel): CellTable {
  const interner = new Interner();
  const initial = interner.id(model.initial);
  const needs = new Int32Array(all.length);
  const sets = new Int32Array(all.length);
  const open: number[] = [];
  for (let i = 0; i < all.length; i++) {
    const op = all[i] as Op;
    const e = model.effect(op) as CellEffect | undefined;
    if (typeof e !== 'object') wrongAnswer(model, op, e);
    needs[i] = e.needs === undefined ? none : interner.id(e.needs);
    sets[i] = e.sets === undefined ? none : interner.id(e.sets);
    if (sets[i] === needs[i]) sets[i] = none;
    if (!isCompleted(op)) open.push(i);
  }
  const values = interner.size;
  const dropped = open.length === 0 ? null : useless(open, needs, sets, values);
  if (dropped === null) return { ops: all, needs, sets, values, initial };
  const kept: Op[] = [];
  let at = 0;
  for (let i = 0; i < all.length; i++) {
    if (dropped.has(i)) continue;
    kept.push(all[i] as Op);
    needs[at] = needs[i] as number;
    sets[at] = sets[i] as number;
    at += 1;
  }
  return { ops: kept, needs: needs.slice(0, at), sets: sets.slice(0, at), values, initial };
}

/** Of the operations `open`, which did not complete: those whose value nobody needs, again and again. */
function useless(
  open: readonly number[],
  needs: Int32Array,
  sets: Int32Array,
  values: number,
): ReadonlySet<number> | null {
  const wanted = new Int32Array(values);
  for (const v of needs) if (v !== none) wanted[v] = (wanted[v] as number) + 1;
  const dropped = new Set<number>();
  for (let again = true; again;) {
    again = false;
    for (const i of open) {
      if (dropped.has(i)) continue;
      const [need, set] = [needs[i] as number, sets[i] as number];
      if (set !== none && (wanted[set] as number) > 0) continue;
      dropped.add(i);
      if (need !== none) wanted[need] = (wanted[need] as number) - 1;
      again = true;
    }
  }
  return dropped.size === 0 ? null : dropped;
}

/** Does a completed operation need a value that nothing called before its return ever set? */
export function hasOrphan(t: CellTable): boolean {
  const firstCall = new Float64Array(t.values).fill(Infinity);
  firstCall[t.initial] = -1;
  for (let i = 0; i < t.ops.length; i++) {
    const set = t.sets[i] as number;
    if (set !== none) firstCall[set] = Math.min(firstCall[set] as number, (t.ops[i] as Op).call);
  }
  return t.ops.some((op, i) => {
    const need = t.needs[i] as number;
    return need !== none && isCompleted(op) && op.ret < (firstCall[need] as number);
  });
}
