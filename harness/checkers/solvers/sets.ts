/**
 * Linearizability of a set that only grows, each value added once: reads are ordered by inclusion, and
 * each add stands between the last read without and the first read with its value. Nothing is left to
 * choose, so one replay decides.
 */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { isCompleted, type Op } from '../operations.ts';

/** A linearization; null: there is none, or a read has a value twice; undefined: a value is added twice. */
export function orderSet(ops: readonly Op[]): readonly Op[] | null | undefined {
  const adds = new Map<string, Op>();
  const reads: { op: Op; values: Set<string> }[] = [];
  for (const op of ops) {
    if (op.f === 'read') {
      const list = Array.isArray(op.output) ? (op.output as readonly Json[]) : [];
      const values = new Set(list.map((v) => canonical(v)));
      if (values.size < list.length) return null;
      reads.push({ op, values });
      continue;
    }
    const value = canonical(op.input);
    if (adds.has(value)) return undefined;
    adds.set(value, op);
  }
  reads.sort((a, b) => a.values.size - b.values.size || a.op.call - b.op.call);
  const order: Op[] = [];
  let seen: ReadonlySet<string> = new Set();
  for (const { op, values } of reads) {
    if (![...seen].every((v) => values.has(v))) return null;
    const fresh: Op[] = [];
    for (const value of values) {
      if (seen.has(value)) continue;
      const add = adds.get(value);
      if (add === undefined) return null;
      adds.delete(value);
      fresh.push(add);
    }
    fresh.sort((a, b) => a.call - b.call);
    order.push(...fresh, op);
    seen = values;
  }
  order.push(...[...adds.values()].filter(isCompleted).sort((a, b) => a.call - b.call));
  return agreesWithTime(order) ? order : null;
}

function agreesWithTime(order: readonly Op[]): boolean {
  let lastCall = -1;
  for (const op of order) {
    if (op.ret < lastCall) return false;
    lastCall = Math.max(lastCall, op.call);
  }
  return true;
}
