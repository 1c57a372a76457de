/**
 * A system that numbers its own changes hands us the order. The order is only a guess, proved by
 * replay: a system that numbers wrongly is judged by the complete algorithms.
 */
import { refuteOrder } from './certificate.ts';
import type { Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/** A linearization that follows the versions, or null when there are none or it is not one. */
export function orderByVersions(ops: readonly Op[], model: Model): readonly Op[] | null {
  const versioned = ops.filter((op) => op.version !== undefined);
  if (versioned.length === 0 || ops.some((op) => isCompleted(op) && op.version === undefined)) {
    return null;
  }
  versioned.sort(
    (a, b) => version(a) - version(b) || rank(a, model) - rank(b, model) || a.call - b.call,
  );
  return refuteOrder(ops, versioned, model) === null ? versioned : null;
}

function version(op: Op): number {
  return op.version ?? 0;
}

/** What changes the object comes first among operations of one version. */
function rank(op: Op, model: Model): number {
  if (model.kind === 'step') return model.isPure?.(op) === true ? 1 : 0;
  return model.effect(op).sets === undefined ? 1 : 0;
}
