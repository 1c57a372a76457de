/**
 * Double barriers of the store: who is in, by names, and whether all have come. A barrier is there for as long
 * as somebody is in. Part of the replicated state: changed only by `apply`, in the order of the log. What happens
 * to them takes no revision: nobody watches them.
 */
import type { Json } from '../../../harness/core/host.ts';
import type { BarrierOp, ChangeOp } from '../asked.ts';
import type { StoreRules } from '../rules.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Applied, Table } from './table.ts';

type BarrierRules = Pick<StoreRules, 'opensBarrier' | 'staysOpen' | 'isLeft'>;

interface Barrier {
  readonly key: string;
  readonly inside: readonly string[];
  readonly isOpen: boolean;
}

export class Barriers implements Table {
  readonly name = 'barriers';
  readonly executes = ['enter-barrier', 'leave-barrier'] as const;
  private readonly rules: BarrierRules;
  private readonly barriers = new Map<string, Barrier>();
  private readonly hashes = new RowsDigest<string>(this.name, (key) =>
    rowOf(this.barriers.get(key)),
  );

  constructor(rules: BarrierRules) {
    this.rules = rules;
  }

  check(): null {
    return null;
  }

  apply(op: ChangeOp, revision: number): Applied {
    const { f, key, party, parties } = op as BarrierOp;
    const { inside, isOpen } = this.barriers.get(key) ?? { inside: [], isOpen: false };
    const others = inside.filter((name) => name !== party);
    const now = f === 'enter-barrier' ? [...others, party] : others;
    const isMet = this.rules.opensBarrier({ inside: now.length, parties });
    const barrier = { key, inside: now, isOpen: isMet || (isOpen && this.rules.staysOpen()) };
    if (now.length === 0) this.barriers.delete(key);
    else this.barriers.set(key, barrier);
    this.hashes.touch(key);
    const isPassed =
      f === 'enter-barrier' ? barrier.isOpen : this.rules.isLeft({ inside: now.length });
    return { answer: { type: 'barrier', isPassed, revision: revision - 1 }, changes: [] };
  }

  expirable(): [] {
    return [];
  }

  expire(): null {
    return null;
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    return [...this.barriers.values()].map((b): Json => rowOf(b) ?? null).values();
  }

  restore(row: Json): void {
    const barrier = row as unknown as Barrier;
    this.barriers.set(barrier.key, barrier);
    this.hashes.restored(barrier.key);
  }
}

function rowOf(barrier: Barrier | undefined): Json | undefined {
  return barrier === undefined ? undefined : { ...barrier };
}
