/**
 * What a register can have held, and when: a row for each value that a contradiction is about. A read that
 * lies outside of the row of its value is impossible, which everybody sees.
 */
import { canonical } from '../../checkers/canonical.ts';
import type { CellModel } from '../../checkers/model.ts';
import { isCompleted, type Op } from '../../checkers/operations.ts';
import type { Json } from '../../core/host.ts';
import { show } from '../../workload/kind.ts';
import type { LaneView, SegmentView } from '../view.ts';

/** Rows of one contradiction; nobody compares more. */
const valuesMax = 4;

/** `ops` are all operations on registers; `core` are ids of those that contradict each other. */
export function registerLanes(
  ops: readonly Op[],
  core: readonly number[],
  model: CellModel,
  endUs: number,
): LaneView[] {
  const named = new Set(core);
  const about = ops.filter((op) => named.has(op.id));
  const values = new Map<string, { key: string; value: Json }>();
  for (const op of about) {
    const { needs, sets } = model.effect(op);
    for (const value of [needs, sets]) {
      if (value !== undefined) values.set(`${op.key} ${canonical(value)}`, { key: op.key, value });
    }
  }
  return [...values.values()].slice(0, valuesMax).map(({ key, value }) => ({
    label: `${key === '' ? 'it' : key} is ${show(value)}`,
    kind: 'object',
    segments: spans(
      ops.filter((op) => op.key === key),
      value,
      model,
      endUs,
    ),
  }));
}

/**
 * When the register can have held `value`. It can from the call of what set it, until the return of
 * what was called after that had returned and shows another value.
 */
function spans(ops: readonly Op[], value: Json, model: CellModel, endUs: number): SegmentView[] {
  const wanted = canonical(value);
  const others = ops
    .filter((op) => isCompleted(op) && shows(op, model) !== wanted && shows(op, model) !== null)
    .sort((a, b) => a.ret - b.ret);
  const endOf = (ret: number): Op | undefined => others.find((op) => op.call > ret);
  const parts: { fromUs: number; untilUs: number; since: string }[] = [];
  const add = (fromUs: number, ret: number, since: string): void => {
    const end = endOf(ret);
    const untilUs = end === undefined ? endUs : end.retUs;
    const last = parts.at(-1);
    if (last !== undefined && fromUs <= last.untilUs)
      last.untilUs = Math.max(last.untilUs, untilUs);
    else parts.push({ fromUs, untilUs, since });
  };
  if (canonical(model.initial) === wanted) add(0, -1, 'from the beginning');
  for (const op of ops) {
    const { sets } = model.effect(op);
    if (sets !== undefined && canonical(sets) === wanted) add(op.callUs, op.ret, 'possible');
  }
  return parts.map(({ fromUs, untilUs, since }) => {
    return { fromUs, untilUs, look: 'held', text: since, more: '' };
  });
}

/** The value that the register had while this operation was under way; null: it tells nothing. */
function shows(op: Op, model: CellModel): string | null {
  const { needs, sets } = model.effect(op);
  const shown = sets ?? needs;
  if (sets !== undefined) return canonical(sets);
  return shown === undefined ? null : canonical(shown);
}
