/** SAFETY: what a watch is told is what happened, in order and without a gap (I6, D3). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { WatchBook } from '../checkers/watches/book.ts';
import { enter, finished } from '../checkers/watches/check.ts';
import type { WatchFault } from '../checkers/watches/fault.ts';
import { watchedOperations } from '../checkers/watches/read.ts';
import type { History, HistoryEvent, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Explanation } from '../core/verdict.ts';
import { monitored, type RunMonitor } from './monitored.ts';

const id = 'watch-guarantees';
const claim =
  'A watch is told of every change under its prefix once, in order, whole revisions at a time, from the revision asked for up to the one that it is told; and of each, what was there before.';

/** etcd's guarantees of watches (KV API guarantees, Watch APIs). */
export function watchGuarantees(): Invariant {
  const faultModel = 'any faults of links, any pauses, crashes of any nodes with honest fsync';
  return monitored({ id, area: 'SAFETY', claim, faultModel }, () => new BookWatch());
}

/**
 * Sees at once whatever a prefix of the history can show: all but what an event says of before, which
 * later news may still explain. Each operation costs what it was told.
 */
class BookWatch implements RunMonitor {
  private readonly book = new WatchBook();
  private readonly open = new Map<number, OperationEvent>();

  end(history: History): ReturnType<RunMonitor['end']> {
    const ops = operationsOf(history.events, (f) => watchedOperations.has(f));
    const result = finished(this.book, ops);
    if (result.kind === 'holds') return result.basis;
    if (result.kind === 'unknown') return { undecided: result.reason };
    return explain(result.fault, lastTimeUs(history, result.fault));
  }

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
