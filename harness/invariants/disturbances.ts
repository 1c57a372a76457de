/** When leases are not ended in time, and for good reason. */
import type { Op } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Program } from '../core/program.ts';
import { faultSpans } from './timeline.ts';

/** µs, both included. */
export interface Disturbance {
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * Each fault until a change was answered again that was asked for after it: who has no leader ends no leases. And
 * each moment at which somebody came to lead, whatever the reason: he counts all leases anew.
 */
export function disturbances(
  history: History,
  program: Program,
  answered: readonly Pick<Op, 'callUs' | 'retUs'>[],
): Disturbance[] {
  const faults = faultSpans(history, program).map(({ fromUs, toUs }) => {
    const returns = answered.flatMap((op) => (op.callUs >= toUs ? [op.retUs] : []));
    return { fromUs, toUs: Math.min(Infinity, ...returns) };
  });
  const successions = history.events.flatMap((e) => {
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') return [];
    return [{ fromUs: e.timeUs, toUs: e.timeUs }];
  });
  return [...faults, ...successions];
}
