/** SAFETY: what a watch is told is what happened, in order and without a gap (I6, D3). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { WatchBook } from '../checkers/watches/book.ts';
import { enter, finished } from '../checkers/watches/check.ts';
import type { WatchFault } from '../checkers/watches/fault.ts';
import { watchedOperations } from '../checkers/watches/read.ts';
import type { History, HistoryEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { replay } from './words.ts';

const id = 'watch-guarantees';
const claim =
  'A watch is told of every change under its prefix once, in order, whole revisions at a time, from the revision asked for up to the one that it is told; and of each, what was there before.';

/** etcd's guarantees of watches (KV API guarantees, Watch APIs). */
export function watchGuarantees(): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, any pauses, crashes of any nodes with honest fsync',
    judge,
    monitor: () => new WatchMonitor(),
  };
}

function judge(history: History): Verdict {
  const monitor = new WatchMonitor();
  const early = replay(monitor, history);
  if (early !== null) return { kind: 'violated', invariant: id, claim, explanation: early };
  const result = finished(monitor.book);
  if (result.kind === 'holds') return { kind: 'holds', invariant: id, basis: result.basis };
  if (result.kind === 'unknown') return { kind: 'unknown', invariant: id, reason: result.reason };
  const explanation = explain(result.fault, lastTimeUs(history, result.fault));
  return { kind: 'violated', invariant: id, claim, explanation };
}

/**
 * Sees at once whatever a prefix of the history can show: all but what an event says of before, which
 * later news may still explain. Each operation costs what it was told.
 */
class WatchMonitor implements Monitor {
  readonly book = new WatchBook();
  private readonly open = new Map<number, OperationEvent>();

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || !watchedOperations.has(e.f)) return null;
    if (e.type === 'invoke') this.open.set(e.op, e);
    const invoke = this.open.get(e.op);
    if (e.type === 'invoke' || invoke === undefined) return null;
    this.open.delete(e.op);
    const op = operationsOf([invoke, e], () => true)[0];
    if (op === undefined || !isCompleted(op)) return null;
    enter(this.book, op);
    const [fault] = this.book.faults.values();
    return fault === undefined ? null : explain(fault, e.timeUs);
  }
}

function explain({ sentences, ops }: WatchFault, atUs: number): Explanation {
  return { atUs, sentences, ops };
}

/** When the last of those who contradict each other had spoken. */
function lastTimeUs(history: History, { ops }: WatchFault): number {
  const named = new Set(ops);
  return history.events.reduce((t, e) => (isOperation(e) && named.has(e.op) ? e.timeUs : t), 0);
}
