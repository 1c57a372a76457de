/** What one watch shows by itself: the guarantees that need no knowledge of what really happened. */
import type { WatchedChange } from '../../core/watch.ts';
import { faultOf } from './fault.ts';
import type { WatchFault } from './fault.ts';
import type { Watch } from './watch.ts';
import { nameChange, nameWatch } from './words.ts';

/** Each in one pass; the first contradiction it finds, or null. */
export const aloneChecks: readonly ((w: Watch) => WatchFault | null)[] = [
  filter,
  ordered,
  unique,
  atomic,
  bookmarkable,
  resumable,
];

function filter(w: Watch): WatchFault | null {
  for (const { e } of told(w)) {
    if (e.key.startsWith(w.prefix)) continue;
    return faultOf('filter', [`${nameWatch(w)} was told of ${nameChange(e)}.`], [w.op]);
  }
  return null;
}

function ordered(w: Watch): WatchFault | null {
  let last: WatchedChange | null = null;
  for (const { e } of told(w)) {
    if (last !== null && e.revision < last.revision) return twoEvents('ordered', w, last, e);
    last = e;
  }
  return null;
}

function unique(w: Watch): WatchFault | null {
  const seen = new Map<string, WatchedChange>();
  for (const { e } of told(w)) {
    const before = seen.get(place(e));
    if (before !== undefined) return twoEvents('unique', w, before, e);
    seen.set(place(e), e);
  }
  return null;
}

/** A key that is new in a revision of which an earlier batch told already. */
function atomic(w: Watch): WatchFault | null {
  const first = new Map<number, { e: WatchedChange; batch: number }>();
  const seen = new Set<string>();
  for (const { e, batch } of told(w)) {
    const before = first.get(e.revision);
    if (before === undefined) first.set(e.revision, { e, batch });
    else if (before.batch < batch && !seen.has(place(e))) {
      return twoEvents('atomic', w, before.e, e, ' in a later batch');
    }
    seen.add(place(e));
  }
  return null;
}

/**
 * Where a watch from the present begins is a bookmark too: it was the system that named it. Where a
 * watch resumes is not: a server that lags behind may say less than the watcher knows.
 */
function bookmarkable(w: Watch): WatchFault | null {
  const name = nameWatch(w);
  let told = w.isResumed ? -1 : w.after;
  let newest = told;
  for (const { revision, events } of w.batches) {
    for (const e of events) {
      if (e.revision > told) continue;
      const facts = [`${name} was told of everything up to revision ${told}.`];
      return faultOf('bookmarkable', [...facts, `Then it was told of ${nameChange(e)}.`], [w.op]);
    }
    if (revision < newest) {
      const facts = [`${name} was told of revision ${newest} first.`];
      const back = `Then it was told of everything up to revision ${revision} only.`;
      return faultOf('bookmarkable', [...facts, back], [w.op]);
    }
    told = Math.max(told, revision);
    newest = events.reduce((n, e) => Math.max(n, e.revision), revision);
  }
  return null;
}

/** The other half of it, what is missing at the beginning, needs knowledge: see `book.ts`. */
function resumable(w: Watch): WatchFault | null {
  if (!w.isResumed) return null;
  for (const { e } of told(w)) {
    if (e.revision > w.after) continue;
    const facts = [`${nameWatch(w)} resumed after revision ${w.after}.`];
    return faultOf('resumable', [...facts, `It was told of ${nameChange(e)}.`], [w.op]);
  }
  return null;
}

function* told(w: Watch): Generator<{ readonly e: WatchedChange; readonly batch: number }> {
  for (const [batch, { events }] of w.batches.entries()) for (const e of events) yield { e, batch };
}

function place(e: WatchedChange): string {
  return `${e.revision} ${e.key}`;
}

function twoEvents(
  guarantee: 'ordered' | 'unique' | 'atomic',
  w: Watch,
  first: WatchedChange,
  second: WatchedChange,
  how = '',
): WatchFault {
  const facts = [
    `${nameWatch(w)} was told of ${nameChange(first)}.`,
    `Then it was told of ${nameChange(second)}${how}.`,
  ];
  return faultOf(guarantee, facts, [w.op]);
}
