/** SAFETY: who holds a lock no longer can change nothing that it protects (I6, L2; Kleppmann, 2016). */
import { checkFencing } from '../checkers/locks/fencing.ts';
import { operationsOf } from '../checkers/operations.ts';
import { type HistoryEvent, isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';

const id = 'fencing';
const claim =
  'Tokens of a lock grow from grant to grant, and what a lock protects takes no write with an older token after one with a newer.';
const judged: ReadonlySet<string> = new Set(['acquire', 'write-fenced']);

export function fencing(): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel:
      'any faults of links, pauses and clocks, on the side of holders too; crashes of any nodes with honest fsync',
    judge: (history) => judge(history.events),
    monitor: () => new TokenWatch(),
  };
}

function judge(events: readonly HistoryEvent[]): Verdict {
  const result = checkFencing(operationsOf(events, (f) => judged.has(f)));
  switch (result.kind) {
    case 'holds':
      return { kind: 'holds', invariant: id, basis: `${result.checked} operations with a token` };
    case 'unknown':
      return { kind: 'unknown', invariant: id, reason: result.reason };
    case 'violated': {
      const { ops, sentences } = result.fault;
      const atUs = Math.max(...ops.map((op) => op.retUs));
      const explanation = { atUs, sentences, ops: ops.map((op) => op.id) };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
}

/** Full checks that one run's suspicions may cost. */
const suspicionsMax = 50;

/**
 * Suspects a token that is not larger (of a grant), or is smaller (of a write), than the largest that
 * was told of the same lock or key before: constant work. Operations that overlap may be innocent, so
 * the checker then looks at all of them.
 */
class TokenWatch implements Monitor {
  private readonly events: OperationEvent[] = [];
  private readonly largest = new Map<string, number>();
  /** What open operations were asked with. */
  private readonly asked = new Map<number, Json>();
  private suspicions = 0;

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || !judged.has(e.f)) return null;
    this.events.push(e);
    if (e.type === 'invoke') {
      this.asked.set(e.op, e.value);
      return null;
    }
    const { token: used } = (this.asked.get(e.op) ?? {}) as { readonly token?: Json };
    this.asked.delete(e.op);
    const token = e.f === 'acquire' ? e.value : used;
    if (e.type !== 'ok' || typeof token !== 'number') return null;
    const name = `${e.f} ${e.key}`;
    const largest = this.largest.get(name) ?? -1;
    this.largest.set(name, Math.max(largest, token));
    const isSuspect = e.f === 'acquire' ? token <= largest : token < largest;
    return isSuspect ? this.confirm() : null;
  }

  private confirm(): Explanation | null {
    if (this.suspicions >= suspicionsMax) return null;
    this.suspicions += 1;
    const verdict = judge(this.events);
    return verdict.kind === 'violated' ? verdict.explanation : null;
  }
}
