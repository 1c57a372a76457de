/** The independent judge of sessions without versions: follows each along an order of the values. */
import type { Json } from '../../../core/host.ts';
import { identity } from '../../canonical.ts';
import { isCompleted } from '../../operations.ts';
import type { Touch } from '../touch.ts';

/**
 * Null when no session goes back in `order`, each compare-and-set is from a value before its own, and
 * what was there before anything was written comes first. Otherwise what is wrong. `touches` of one key
 * in order of their calls, each value written once.
 */
export function refuteValues(touches: readonly Touch[], order: readonly Json[]): string | null {
  const places = new Map(order.map((value, at) => [identity(value), at]));
  if (places.size !== order.length) return 'a value comes twice';
  const last = new Map<number, number>();
  for (const { op, isRead, isAbsent, value } of touches) {
    const isDone = isCompleted(op);
    if (isRead && !isDone) continue;
    const at = places.get(identity(value));
    if (at === undefined) return `the value of operation ${op.id} is missing`;
    if (isAbsent && at > 0) return `the value before operation ${op.id} does not come first`;
    if (at < (last.get(op.process) ?? 0)) return `operation ${op.id} goes back`;
    if (!isDone) continue;
    last.set(op.process, at);
    if (op.f !== 'cas') continue;
    const from = places.get(identity((op.input as readonly Json[])[0] ?? null));
    if (from === undefined || from >= at) return `operation ${op.id} is from a later value`;
  }
  return null;
}
