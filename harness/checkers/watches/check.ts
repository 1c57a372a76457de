/** Checks the watches of a recorded history: O(n log n) in what clients were told. */
import { assert } from '../../core/assert.ts';
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { WatchBook } from './book.ts';
import type { WatchFault } from './fault.ts';
import { changesOf, toldIn, watchOf } from './read.ts';
import { refuteLog, type StoreLog } from './replay/log.ts';

/** `basis`: what was compared, with figures. */
export type WatchesResult = Judged<
  { readonly basis: string; readonly certificate: StoreLog },
  WatchFault
>;

/** Throws E_HISTORY for a watch whose value is not one. */
export function checkWatches(ops: readonly Op[]): WatchesResult {
  const book = new WatchBook();
  for (const op of inOrderOfReturns(ops)) {
    enter(book, op);
    const [fault] = book.faults.values();
    if (fault !== undefined) return { kind: 'violated', fault };
  }
  return finished(book, ops);
}

/** Enters what a completed operation was told. Throws E_HISTORY for a watch whose value is not one. */
export function enter(book: WatchBook, op: Op): void {
  if (op.f === 'watch') book.watched(watchOf(op));
  else for (const change of changesOf(op)) book.acknowledged(change);
}

/** The verdict of a book in which nothing was wrong until now, and which has all of `ops`. */
export function finished(book: WatchBook, ops: readonly Op[]): WatchesResult {
  const certificate = book.finish();
  const [fault] = book.faults.values();
  if (certificate === null) return { kind: 'violated', fault: fault as WatchFault };
  const refuted = refuteLog(toldIn(ops), certificate);
  assert(refuted === null, 'a log replays', { refuted });
  const { watches, resumed, events, acknowledged, compared, previous } = book.figures;
  if (events === 0) return { kind: 'unknown', reason: 'no watch was told of a change' };
  const basis =
    `${watches} watches (${resumed} resumed) told of ${events} events, ${previous} of them with what was ` +
    `before; ${book.changes} changes are known, ${acknowledged} by acknowledgement; of ${compared} that ` +
    'the watches had to tell of none is missing';
  return { kind: 'holds', basis, certificate };
}

function inOrderOfReturns(ops: readonly Op[]): readonly Op[] {
  return ops.filter(isCompleted).sort((a, b) => a.ret - b.ret);
}
