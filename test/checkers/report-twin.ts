/** What is said of an illegal history, against brute force. */
import assert from 'node:assert/strict';
import { beginningOf, relaxed } from '../../harness/checkers/beginning.ts';
import type { IllegalReport } from '../../harness/checkers/core.ts';
import type { Model } from '../../harness/checkers/model.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import { isLinearizableBruteForce, show } from './twin.ts';

/** The prefix is the shortest illegal one, and the core alone, all else relaxed, is illegal. */
export function checkReport(
  seed: number,
  ops: readonly Op[],
  model: Model,
  report: IllegalReport | null,
): void {
  assert.ok(report !== null && report.isShortest);
  const until = (position: number): Op[] => beginningOf(ops, position);
  const say = `seed ${seed}\n${show(ops)}`;
  assert.equal(isLinearizableBruteForce(until(report.position), model), false, say);
  assert.equal(isLinearizableBruteForce(until(report.position - 1), model), true, say);
  const core = new Set(report.core.map((op) => op.id));
  const { since } = report;
  const rest = until(report.position).flatMap((op) => {
    if (since !== null && op.ret < since) return [];
    // What was under way at the moment from which it counts may have been before it.
    if (core.has(op.id)) return op.call >= (since ?? 0) ? [op] : assert.fail(say);
    return isPure(model, op) ? [] : [relaxed(op)];
  });
  for (const start of since === null ? [model] : startsOf(model, ops)) {
    assert.equal(isLinearizableBruteForce(rest, start), false, say);
  }
}

function isPure(model: Model, op: Op): boolean {
  if (model.kind === 'cell') return model.effect(op).sets === undefined;
  return model.isPure?.(op) === true;
}

/** The cell with every value there is, and with one that nobody knows. */
function startsOf(model: Model, ops: readonly Op[]): Model[] {
  assert.ok(model.kind === 'cell');
  const values = ops.flatMap((op) => {
    const { needs = 'none', sets = 'none' } = model.effect(op);
    return [needs, sets];
  });
  return [...values, 'none'].map((initial) => ({ ...model, initial }));
}
