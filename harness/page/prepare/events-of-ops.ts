/** Operations that a check has read, as events of a history: what draws runs draws them as well. */
import type { HistoryEvent, OperationEvent } from '../../core/history.ts';
import { isCompleted, type Op } from '../../checkers/operations.ts';

export interface OpTimes {
  call(op: Op): number;
  /** Null: it never returned. */
  end(op: Op): number | null;
}

/** Operations are known by the positions of their calls. In the order of the history. */
export function eventsOfOps(
  ops: readonly Op[],
  failed: ReadonlySet<Op>,
  time: OpTimes,
): HistoryEvent[] {
  const placed = ops.flatMap((op): (readonly [number, OperationEvent])[] => {
    const shared = { process: op.process, op: op.call, f: op.f, key: op.key };
    const invoke = { type: 'invoke', timeUs: time.call(op), value: op.input, ...shared } as const;
    const endUs = time.end(op);
    if (endUs === null || !isCompleted(op)) return [[op.call, invoke]];
    const version = op.version === undefined ? {} : { version: op.version };
    const end: OperationEvent = failed.has(op)
      ? { type: 'fail', timeUs: endUs, value: null, ...shared }
      : { type: 'ok', timeUs: endUs, value: op.output, ...version, ...shared };
    return [
      [op.call, invoke],
      [op.ret, end],
    ];
  });
  return placed.sort(([a], [b]) => a - b).map(([, e]) => e);
}
