/** CONSISTENCY: keys that go with a lease are there as long as it, and end together (C1, I6). */
import {
  driftFactor,
  formatDuration,
  isOperation,
  monitored,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  OperationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { HeldKeys } from './held-keys.ts';
import type { HeldKey } from './held-keys.ts';

export function keysLiveWithLease(): Invariant {
  return monitored(
    {
      id: 'keys-live-with-lease',
      area: 'CONSISTENCY',
      claim:
        'Who lists keys is told all that go with a lease that surely lasts, none of one that was given back or has long ended, never some of them, and always what goes with none.',
      faultModel:
        'any faults; a lease that nobody renews ends within the bound once nothing disturbs the store, counted anew for each leader',
    },
    (program) => new LeaseMonitor(program),
  );
}

class LeaseMonitor implements RunMonitor {
  private readonly keys: HeldKeys;
  /** By operation: when a list was asked for. */
  private readonly lists = new Map<number, number>();
  private looks = 0;

  constructor(program: Program) {
    this.keys = new HeldKeys(driftFactor(program));
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'fault' || e.type === 'node') this.keys.disturbed(e.timeUs);
    if (e.type === 'observe' && e.value.kind === 'role') this.keys.disturbed(e.timeUs);
    if (!isOperation(e)) return null;
    if (e.f !== 'list') {
      this.keys.operation(e);
      return null;
    }
    if (e.type === 'invoke') this.lists.set(e.op, e.timeUs);
    const askedUs = this.lists.get(e.op);
    return e.type === 'ok' && askedUs !== undefined ? this.look(e, askedUs) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    return this.looks === 0
      ? { undecided: 'no list told of a key whose lease was known' }
      : `${this.looks} looks at keys whose lease was known`;
  }

  private look(e: OperationEvent, askedUs: number): Explanation | null {
    const told = new Map(
      (e.value as unknown as readonly { readonly key: string; readonly value: Json }[]).map(
        (x) => [x.key, x.value] as const,
      ),
    );
    const seen = new Map<number, boolean>();
    for (const held of this.keys.settledBy(askedUs, e.key)) {
      const isThere = told.get(held.key) === held.value;
      const wanted = this.keys.isThere(held, askedUs, e.timeUs);
      if (wanted !== null) this.looks += 1;
      if (wanted !== null && wanted !== isThere) return explain(e, held, isThere);
      if (held.lease === null) continue;
      const other = seen.get(held.lease) ?? isThere;
      seen.set(held.lease, isThere);
      if (other !== isThere) return explainPart(e, held);
    }
    return null;
  }
}

function explain(e: OperationEvent, held: HeldKey, isThere: boolean): Explanation {
  const { key, op, lease, why } = held;
  return {
    atUs: e.timeUs,
    sentences: [
      `${key} was written ${when(held.sinceUs)}, ${lease === null ? 'without a lease' : `with lease ${lease}`}.`,
      ...(lease === null ? [] : [why()]),
      `Process ${e.process} listed ${e.key} ${when(e.timeUs)} ${isThere ? 'and was told of it' : 'and was not told of it'}.`,
    ],
    ops: [op, e.op],
  };
}

function explainPart(e: OperationEvent, { lease, op, sinceUs }: HeldKey): Explanation {
  return {
    atUs: e.timeUs,
    sentences: [
      `Several keys were written with lease ${lease}, ${formatDuration(e.timeUs - sinceUs)} before.`,
      `Process ${e.process} listed ${e.key} ${when(e.timeUs)} and was told of some of them.`,
    ],
    ops: [op, e.op],
  };
}
