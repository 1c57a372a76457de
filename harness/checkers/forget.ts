/**
 * The beginning of a history forgotten: if what follows a moment is illegal whatever a cell held then, it
 * needs no reason from before. Only cells: the states of other objects cannot be counted up.
 */
import type { Json } from '../core/host.ts';
import { relaxed } from './beginning.ts';
import { firstWhere } from './bisect.ts';
import { canonical } from './canonical.ts';
import type { CellModel } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/** Operations times values that the cell may have held, at most: each is a check. */
const sizeMax = 20_000;

/**
 * The latest position from which on `ops`, which are illegal and end with `last`, are illegal whatever
 * the cell held there. Null: none was found.
 */
export function forgettable(
  ops: readonly Op[],
  last: Op,
  model: CellModel,
  isIllegal: (rest: readonly Op[], model: CellModel) => boolean,
): number | null {
  const called = ops.filter((op) => isCompleted(op) && op.call <= last.call);
  const moments = called.map((op) => op.call).sort((a, b) => b - a);
  const suffices = (i: number): boolean | null => {
    const rest = restFrom(ops, moments[i] as number, model);
    const starts = startsOf(rest, model);
    if (rest.length * starts.length > sizeMax) return null;
    return starts.every((start) => isIllegal(rest, start));
  };
  // Twice as much each time, as what is looked for is mostly near.
  for (let [from, i] = [0, 0]; i < moments.length; [from, i] = [i + 1, 2 * i + 1]) {
    const answer = suffices(i);
    if (answer === null) return null;
    if (!answer) continue;
    const near = firstWhere(i - from, (j) => suffices(from + j) === true);
    return moments[from + near] as number;
  }
  return null;
}

/** What was under way at a position may have happened before it: it is relaxed. */
export function restFrom(ops: readonly Op[], since: number, model: CellModel): Op[] {
  return ops.flatMap((op) => {
    if (op.ret < since) return [];
    if (op.call >= since) return [op];
    return model.effect(op).sets === undefined ? [] : [relaxed(op)];
  });
}

/** The cell with each value that somebody needs, and with one that nobody does. */
export function startsOf(rest: readonly Op[], model: CellModel): CellModel[] {
  const values = new Map<string, Json>();
  for (const op of rest) {
    const { needs } = model.effect(op);
    if (needs !== undefined) values.set(canonical(needs), needs);
  }
  let other = 'something else';
  while (values.has(canonical(other))) other += '…';
  return [...values.values(), other].map((initial) => ({ ...model, initial }));
}
