/** CONSISTENCY: every key behaves as one copy that each operation touches at one moment (C1, I2). */
import { keyValueCells } from '../checkers/models/cells.ts';
import { type Op, operationsOf } from '../checkers/operations.ts';
import { type HistoryEvent, isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { operationKind } from '../workload/families.ts';
import { judgeObject } from './linearizable-as.ts';

export interface LinearizableParameters {
  /** What a key holds before anything was written. */
  readonly initial: Json;
  /** Budget of the search, in configurations. */
  readonly stepsMax: number;
}

const id = 'linearizable';
const claim =
  'Reads, writes, compare-and-sets and deletes of a key take effect one at a time, each between its call and its return.';
export function linearizable(
  parameters: LinearizableParameters = { initial: null, stepsMax: 2_000_000 },
): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel:
      'any faults of links and any pauses; crashes of any nodes with honest fsync; copies damaged on a minority of the servers at most',
    judge: (history) => judge(history.events, parameters),
    monitor: () => new VersionWatch(parameters),
  };
}

function judge(
  events: readonly HistoryEvent[],
  { initial, stepsMax }: LinearizableParameters,
  only: string | null = null,
): Verdict {
  const ops = registerOperations(events).filter((cell) => only === null || cell.key === only);
  return judgeObject({ id, claim }, ops, { model: keyValueCells(initial), stepsMax });
}

/** What was done to each key, as operations on registers: what this promise is judged by. */
export function registerOperations(events: readonly HistoryEvent[]): readonly Op[] {
  return operationsOf(events, isJudged).flatMap(cellsOf);
}

/** What says that it is one or more operations on registers. */
function isJudged(f: string): boolean {
  return operationKind(f)?.cells !== undefined;
}

/** What it does to each key, as its family says. What does not fit its schema cannot have been sent. */
function cellsOf(op: Op): readonly Op[] {
  const kind = operationKind(op.f);
  const parsed = kind?.input.safeParse(op.input);
  if (parsed?.success !== true) return [op];
  const { key, output } = op;
  const cells = kind?.cells?.({ key, input: parsed.data, output }) ?? [];
  return cells.map((cell) => ({ ...op, ...cell }));
}

/** Full checks that one run's suspicions may cost. */
const suspicionsMax = 50;

/**
 * Watches the versions that the system itself tells: what was called after version v had been seen
 * must not answer with an older one. That costs constant work and is only a suspicion (a system may
 * number its answers wrongly and still be linearizable), which the full check of the key confirms.
 */
class VersionWatch implements Monitor {
  private readonly p: LinearizableParameters;
  private readonly keys = new Map<string, OperationEvent[]>();
  private readonly newest = new Map<string, number>();
  /** By open operation: its keys, and the newest version that had been seen when it was called. */
  private readonly open = new Map<number, { readonly keys: readonly string[]; floor: number }>();
  private suspicions = 0;

  constructor(p: LinearizableParameters) {
    this.p = p;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || !isJudged(e.f)) return null;
    const keys = this.open.get(e.op)?.keys ?? keysOf(e);
    for (const key of keys) {
      const events = this.keys.get(key);
      if (events === undefined) this.keys.set(key, [e]);
      else events.push(e);
    }
    if (e.type === 'invoke') {
      const floor = Math.max(...keys.map((key) => this.newest.get(key) ?? -1));
      this.open.set(e.op, { keys, floor });
      return null;
    }
    const floor = this.open.get(e.op)?.floor ?? -1;
    this.open.delete(e.op);
    const { version } = e;
    if (e.type !== 'ok' || version === undefined) return null;
    for (const key of keys) {
      if (version > (this.newest.get(key) ?? -1)) this.newest.set(key, version);
    }
    return version < floor ? this.confirm(e.key) : null;
  }

  private confirm(key: string): Explanation | null {
    if (this.suspicions >= suspicionsMax) return null;
    this.suspicions += 1;
    // Of operations on several keys only what they are to this one: of the others not all is here.
    const verdict = judge(this.keys.get(key) ?? [], this.p, key);
    return verdict.kind === 'violated' ? verdict.explanation : null;
  }
}

/** Of an invocation: the keys that it touches. */
function keysOf({ f, key, value }: OperationEvent): readonly string[] {
  const kind = operationKind(f);
  const parsed = kind?.input.safeParse(value);
  const cells =
    parsed?.success === true ? kind?.cells?.({ key, input: parsed.data, output: null }) : [];
  return [...new Set((cells ?? []).map((cell) => cell.key))];
}
