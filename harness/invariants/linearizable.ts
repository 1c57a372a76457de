/** CONSISTENCY: every key behaves as one copy that each operation touches at one moment (C1, I2). */
import { keyValueCells } from '../checkers/models/cells.ts';
import { type Op, operationsOf } from '../checkers/operations.ts';
import { type HistoryEvent, isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
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
/** `read-stale` promises less and is not looked at. */
const judged: ReadonlySet<string> = new Set([
  'read',
  'write',
  'write-fenced',
  'write-all',
  'cas',
  'delete',
]);

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
): Verdict {
  const ops = operationsOf(events, (f) => judged.has(f)).flatMap(plain);
  return judgeObject({ id, claim }, ops, { model: keyValueCells(initial), stepsMax });
}

/**
 * What a fence lets pass is a write like any other. A write of several keys is one of each, which is
 * all that one can ask key by key.
 */
function plain(op: Op): readonly Op[] {
  if (op.f === 'write-fenced') {
    const { value = null } = (op.input ?? {}) as { readonly value?: Json };
    return [{ ...op, f: 'write', input: value }];
  }
  if (op.f !== 'write-all') return [op];
  return Object.entries(op.input as Readonly<Record<string, Json>>).map(([key, input]) => {
    return { ...op, f: 'write', key, input, output: input };
  });
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
  /** By open operation: the newest version that had been seen when it was called. */
  private readonly floor = new Map<number, number>();
  private suspicions = 0;

  constructor(p: LinearizableParameters) {
    this.p = p;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || !judged.has(e.f)) return null;
    const keys = e.f === 'write-all' ? Object.keys(e.value as object) : [e.key];
    for (const key of keys) {
      const events = this.keys.get(key);
      if (events === undefined) this.keys.set(key, [e]);
      else events.push(e);
    }
    if (e.type === 'invoke') {
      this.floor.set(e.op, Math.max(...keys.map((key) => this.newest.get(key) ?? -1)));
      return null;
    }
    const floor = this.floor.get(e.op) ?? -1;
    this.floor.delete(e.op);
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
    const verdict = judge(this.keys.get(key) ?? [], this.p);
    return verdict.kind === 'violated' ? verdict.explanation : null;
  }
}
