/** Operations as checkers see them: invocation and completion joined, what never happened dropped. */
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Json, NodeId } from '../core/host.ts';

/** The position of a return that never came: later than every event. */
export const never = 0x7fffffff;

/**
 * One operation that happened (`ret` is a position) or may have happened (`ret` is `never`). Order is
 * by position in the history, so that two events of one microsecond still have an order.
 */
export interface Op {
  readonly id: number;
  readonly process: number;
  readonly f: string;
  readonly key: string;
  readonly input: Json;
  /** What it returned; null while unknown. */
  readonly output: Json;
  readonly call: number;
  readonly ret: number;
  readonly callUs: number;
  /** Infinity while unknown. */
  readonly retUs: number;
  readonly node?: NodeId;
  readonly version?: number;
}

/** False for an operation that may have happened at any time after its call, or not at all. */
export function isCompleted(op: Op): boolean {
  return op.ret !== never;
}

/**
 * The operations among `events` whose `f` is wanted, in order of their calls. `fail` did not happen and
 * is left out; `info` and a missing completion never return.
 */
export function operationsOf(
  events: readonly HistoryEvent[],
  wanted: (f: string) => boolean,
): Op[] {
  const invoked = new Map<number, { at: number; e: OperationEvent }>();
  const ops: (Op | null)[] = [];
  const place = new Map<number, number>();
  for (let at = 0; at < events.length; at++) {
    const e = events[at];
    if (e === undefined || !isOperation(e) || !wanted(e.f)) continue;
    if (e.type === 'invoke') {
      invoked.set(e.op, { at, e });
      place.set(e.op, ops.length);
      ops.push(open(e, at));
      continue;
    }
    const begin = invoked.get(e.op);
    const i = place.get(e.op);
    if (begin === undefined || i === undefined || e.type === 'info') continue;
    ops[i] = e.type === 'fail' ? null : closed(begin.e, begin.at, e, at);
  }
  return ops.filter((op) => op !== null);
}

function open(e: OperationEvent, at: number): Op {
  const { op: id, process, f, key, value: input } = e;
  return {
    id,
    process,
    f,
    key,
    input,
    output: null,
    call: at,
    ret: never,
    callUs: e.timeUs,
    retUs: Infinity,
  };
}

function closed(invoke: OperationEvent, call: number, e: OperationEvent, ret: number): Op {
  return {
    ...open(invoke, call),
    output: e.value,
    ret,
    retUs: e.timeUs,
    ...(e.node !== undefined && { node: e.node }),
    ...(e.version !== undefined && { version: e.version }),
  };
}
