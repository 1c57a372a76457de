/** Models over integers: what the search calls in its inner loop. */
import { Interner } from './canonical.ts';
import type { CellModel } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/** States and operations are indices. The search tells which operations it has taken. */
export interface Machine {
  readonly initial: number;
  /** 1 for operations that change no state in which they are legal. */
  readonly pure: Uint8Array;
  /** Equal numbers: interchangeable operations. */
  readonly classOf: Float64Array;
  /** True: nothing can be legal, no search is needed. */
  readonly isHopeless: boolean;
  /** The next state, or -1. */
  step(state: number, op: number): number;
  take(op: number): void;
  giveBack(op: number): void;
  /** False when a completed operation that is not yet taken needs `state` and nothing leads back. */
  mayLeave(state: number): boolean;
  /** True when an operation that is not yet taken could only, or also, be legal in `state`. */
  isWanted(state: number): boolean;
  /** False only if `op` is not one of those that need exactly `state`, where that is known. */
  isDrawnTo(op: number, state: number): boolean;
  /** False when nothing leads from `state` to one where `op` is legal. Absent: never known. */
  readonly reaches?: (state: number, op: number) => boolean;
}

const none = -1;

/** The operations of one part of a cell, by number of value; -1: needs none, or sets none. */
export interface CellTable {
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
    const e = model.effect(op);
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

export class CellMachine implements Machine {
  readonly initial: number;
  readonly pure: Uint8Array;
  readonly classOf: Float64Array;
  readonly isHopeless: boolean;
  private readonly needs: Int32Array;
  private readonly sets: Int32Array;
  private readonly isDone: Uint8Array;
  /** By value: operations not yet taken that set it; completed ones that need it; all that need it. */
  private readonly setters: Int32Array;
  private readonly needers: Int32Array;
  private readonly wanters: Int32Array;

  constructor(t: CellTable) {
    this.initial = t.initial;
    this.needs = t.needs;
    this.sets = t.sets;
    const n = t.ops.length;
    this.isDone = new Uint8Array(n);
    this.pure = new Uint8Array(n);
    this.classOf = new Float64Array(n);
    this.setters = new Int32Array(t.values);
    this.needers = new Int32Array(t.values);
    this.wanters = new Int32Array(t.values);
    for (let i = 0; i < n; i++) {
      const [need, set] = [t.needs[i] as number, t.sets[i] as number];
      this.isDone[i] = isCompleted(t.ops[i] as Op) ? 1 : 0;
      this.pure[i] = set === none ? 1 : 0;
      this.classOf[i] = (need + 1) * (t.values + 1) + set + 1;
      this.giveBack(i);
    }
    this.isHopeless = hasOrphan(t);
  }

  step(state: number, op: number): number {
    const need = this.needs[op] as number;
    if (need !== none && need !== state) return -1;
    const set = this.sets[op] as number;
    return set === none ? state : set;
  }

  take(op: number): void {
    this.count(op, -1);
  }

  giveBack(op: number): void {
    this.count(op, 1);
  }

  mayLeave(state: number): boolean {
    return this.setters[state] !== 0 || this.needers[state] === 0;
  }

  isWanted(state: number): boolean {
    return this.wanters[state] !== 0;
  }

  isDrawnTo(op: number, state: number): boolean {
    return this.needs[op] === state;
  }

  private count(op: number, by: number): void {
    const set = this.sets[op] as number;
    if (set !== none) this.setters[set] = (this.setters[set] as number) + by;
    const need = this.needs[op] as number;
    if (need === none) return;
    this.wanters[need] = (this.wanters[need] as number) + by;
    if (this.isDone[op] === 1) this.needers[need] = (this.needers[need] as number) + by;
  }
}

/** Does a completed operation need a value that nothing called before its return ever set? */
function hasOrphan(t: CellTable): boolean {
  const firstCall = new Float64Array(t.values).fill(Infinity);
  firstCall[t.initial] = -1;
  for (let i = 0; i < t.ops.length; i++) {
    const set = t.sets[i] as number;
    if (set !== none) firstCall[set] = Math.min(firstCall[set] as number, (t.ops[i] as Op).call);
  }
  for (let i = 0; i < t.ops.length; i++) {
    const need = t.needs[i] as number;
    // Who did not return has never returned too early.
    if (need !== none && (t.ops[i] as Op).ret < (firstCall[need] as number)) {
      if (isCompleted(t.ops[i] as Op)) return true;
    }
  }
  return false;
}
