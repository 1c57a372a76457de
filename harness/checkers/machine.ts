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
  const isKept = new Uint8Array(all.length).fill(1);
  for (let i = 0; i < all.length; i++) {
    const e = model.effect(all[i] as Op);
    needs[i] = e.needs === undefined ? none : interner.id(e.needs);
    sets[i] = e.sets === undefined ? none : interner.id(e.sets);
    if (sets[i] === needs[i]) sets[i] = none;
  }
  const wanted = new Int32Array(interner.size);
  for (const v of needs) if (v !== none) wanted[v] = (wanted[v] ?? 0) + 1;
  const open = all.flatMap((op, i) => (isCompleted(op) ? [] : [i]));
  for (let again = true; again;) {
    again = false;
    for (const i of open) {
      if (isKept[i] === 0) continue;
      const [need, set] = [needs[i] as number, sets[i] as number];
      if (set !== none && (wanted[set] as number) > 0) continue;
      isKept[i] = 0;
      if (need !== none) wanted[need] = (wanted[need] as number) - 1;
      again = true;
    }
  }
  const kept = (_: unknown, i: number): boolean => isKept[i] === 1;
  return {
    ops: all.filter(kept),
    needs: needs.filter(kept),
    sets: sets.filter(kept),
    values: interner.size,
    initial,
  };
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
    this.isDone = Uint8Array.from(t.ops, (op) => (isCompleted(op) ? 1 : 0));
    this.pure = Uint8Array.from(t.sets, (v) => (v === none ? 1 : 0));
    this.setters = new Int32Array(t.values);
    this.needers = new Int32Array(t.values);
    this.wanters = new Int32Array(t.values);
    this.classOf = Float64Array.from(
      t.needs,
      (need, i) => (need + 1) * (t.values + 1) + (t.sets[i] as number) + 1,
    );
    for (let i = 0; i < t.ops.length; i++) this.giveBack(i);
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
  return t.ops.some((op, i) => {
    const need = t.needs[i] as number;
    return need !== none && isCompleted(op) && op.ret < (firstCall[need] as number);
  });
}
