/**
 * A system that numbers its own changes hands us the order. The order is only a guess, proved by
 * replay: a system that numbers wrongly is judged by the complete algorithms.
 */
import { refuteOrder } from '../replay.ts';
import type { Model } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';

/** A linearization that follows the versions, or null when there are none or it is not one. */
export function orderByVersions(ops: readonly Op[], model: Model): readonly Op[] | null {
  const keyed: { op: Op; version: number; rank: number }[] = [];
  for (const op of ops) {
    if (op.version !== undefined) keyed.push({ op, version: op.version, rank: rank(op, model) });
    else if (isCompleted(op)) return null;
  }
  keyed.sort((a, b) => a.version - b.version || a.rank - b.rank || a.op.call - b.op.call);
  const order = keyed.map((k) => k.op);
  return order.length > 0 && refuteOrder(ops, order, model) === null ? order : null;
}

/** What changes the object comes first among operations of one version. */
function rank(op: Op, model: Model): number {
  if (model.kind === 'step') return model.isPure?.(op) === true ? 1 : 0;
  return model.effect(op).sets === undefined ? 1 : 0;
}
