/** The checker of watches against the definitions, written down as they are said. */
import assert from 'node:assert/strict';
import { canonical } from '../../harness/checkers/canonical.ts';
import { WatchBook } from '../../harness/checkers/watches/book.ts';
import { guarantees } from '../../harness/checkers/watches/fault.ts';
import type { Guarantee } from '../../harness/checkers/watches/fault.ts';
import { refuteLog } from '../../harness/checkers/watches/replay/log.ts';
import type { Watch } from '../../harness/checkers/watches/watch.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { WatchedChange } from '../../harness/core/watch.ts';
import type { Agreement } from './twin.ts';
import { drawWatchHistory } from './watch-histories.ts';
import type { WatchHistory } from './watch-histories.ts';

/** Holds the checker against its twin on so many histories, sound ones and broken ones. */
export function agreeOnWatches(cases: number): Agreement & { byGuarantee: Map<string, number> } {
  let legal = 0;
  const byGuarantee = new Map<string, number>();
  for (let seed = 0; seed < cases; seed++) {
    const history = drawWatchHistory(new Prng(seed));
    const expected = brokenByDefinition(history);
    const found = brokenByBook(history, new Prng(seed));
    assert.deepEqual(found, expected, `seed ${seed}\n${JSON.stringify(history, null, 1)}`);
    if (expected.length === 0) legal += 1;
    for (const g of expected) byGuarantee.set(g, (byGuarantee.get(g) ?? 0) + 1);
  }
  return { legal, illegal: cases - legal, byGuarantee };
}

/** The order in which a history is entered must not matter. */
function brokenByBook({ watches, changes }: WatchHistory, draw: Prng): Guarantee[] {
  const book = new WatchBook();
  const entries = [
    ...watches.map((w) => () => book.watched(w)),
    ...changes.map((c) => () => book.acknowledged(c)),
  ];
  for (const enter of draw.shuffle(entries)) enter();
  const log = book.finish();
  // What is right has a log in which all of it is true.
  if (log !== null) assert.equal(refuteLog({ watches, changes }, log), null);
  return [...book.faults.keys()].sort();
}

function brokenByDefinition(history: WatchHistory): Guarantee[] {
  const { watches } = history;
  const known = knownOf(history);
  const broken: Readonly<Record<Guarantee, boolean>> = {
    filter: watches.some((w) => told(w).some((e) => !e.key.startsWith(w.prefix))),
    ordered: watches.some((w) => pairs(told(w)).some(([a, b]) => a.revision > b.revision)),
    unique: watches.some((w) => pairs(told(w)).some(([a, b]) => isSamePlace(a, b))),
    atomic: watches.some(isSplit),
    bookmarkable: watches.some(breaksBookmark),
    resumable: watches.some(
      (w) => w.isResumed && (told(w).some((e) => e.revision <= w.after) || misses(w, known, true)),
    ),
    reliable: watches.some((w) => misses(w, known, false)),
    agreed:
      pairs(known).some(
        ([a, b]) => isSamePlace(a, b) && canonical(a.value) !== canonical(b.value),
      ) ||
      pairs(watches.flatMap(told)).some(([a, b]) => isSamePlace(a, b) && differsOnBefore(a, b)),
    previous: watches.some((w) => told(w).some((e) => hasWrongPrevious(e, known, watches))),
    create: watches.some((w) => told(w).some((e) => hasWrongCreate(e, known, watches))),
  };
  return (Object.keys(guarantees) as Guarantee[]).filter((g) => broken[g]).sort();
}

type Place = { readonly key: string; readonly value: Json; readonly revision: number };

function knownOf({ watches, changes }: WatchHistory): Place[] {
  return [...changes, ...watches.flatMap(told)];
}

export function told(w: Watch): WatchedChange[] {
  return w.batches.flatMap((b) => b.events);
}

export function claimed(w: Watch): number {
  return Math.max(w.after, ...w.batches.map((b) => b.revision));
}

/** All pairs, the earlier one first. */
export function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.key === b.key && a.revision === b.revision;
}

/** Do two tellings of one event say different things of what was before? */
function differsOnBefore(a: WatchedChange, b: WatchedChange): boolean {
  const wasThere = ({ value, previous, isCreate }: WatchedChange): boolean | null => {
    if (previous !== undefined) return previous !== null;
    return value === null || isCreate === undefined ? null : !isCreate;
  };
  const [first, second] = [wasThere(a), wasThere(b)];
  if (first !== null && second !== null && first !== second) return true;
  const areNamed = (a.previous ?? null) !== null && (b.previous ?? null) !== null;
  return areNamed && canonical({ ...a.previous }) !== canonical({ ...b.previous });
}

/** An event of a revision that an earlier batch spoke of, and that no earlier batch told. */
export function isSplit(w: Watch): boolean {
  return w.batches.some(({ events }, j) => {
    const earlier = w.batches.slice(0, j).flatMap((b) => b.events);
    return events.some(
      (e) =>
        earlier.some((x) => x.revision === e.revision) && !earlier.some((x) => isSamePlace(x, e)),
    );
  });
}

export function breaksBookmark(w: Watch): boolean {
  const first = w.isResumed ? [] : [w.after];
  return w.batches.some(({ revision, events }, j) => {
    const earlier = w.batches.slice(0, j);
    const bookmarks = [...first, ...earlier.map((b) => b.revision)];
    const news = earlier.flatMap((b) => [b.revision, ...b.events.map((e) => e.revision)]);
    const isOld = events.some((e) => bookmarks.some((b) => e.revision <= b));
    return isOld || [...first, ...news].some((n) => revision < n);
  });
}

function misses(w: Watch, known: readonly Place[], isAtBegin: boolean): boolean {
  return known.some((c) => {
    if (!c.key.startsWith(w.prefix)) return false;
    if (c.revision <= w.after || c.revision > claimed(w)) return false;
    if (told(w).some((e) => isSamePlace(e, c))) return false;
    const hasBegun = told(w).some((e) => w.after < e.revision && e.revision <= c.revision);
    return (w.isResumed && !hasBegun) === isAtBegin;
  });
}

/** Was some watch told of everything that happened to the key at this revision? */
function isToldAll(key: string, revision: number, watches: readonly Watch[]): boolean {
  return watches.some(
    (w) => key.startsWith(w.prefix) && w.after < revision && revision <= claimed(w),
  );
}

/** What is known of the key at the last revision before `e` of which anything is known. */
function lastBefore(e: Place, known: readonly Place[]): Place[] {
  const earlier = known.filter((c) => c.key === e.key && c.revision < e.revision);
  const last = Math.max(...earlier.map((c) => c.revision));
  return earlier.filter((c) => c.revision === last);
}

/** Is all known that happened to the key between `last` and `e`? */
function isNothingBetween(last: number, e: Place, watches: readonly Watch[]): boolean {
  for (let r = last + 1; r < e.revision; r++) if (!isToldAll(e.key, r, watches)) return false;
  return true;
}

function surelyExisted(e: Place, known: readonly Place[], watches: readonly Watch[]): boolean {
  const last = lastBefore(e, known);
  if (last.length === 0 || last.some((c) => c.value === null)) return false;
  return isNothingBetween((last[0] as Place).revision, e, watches);
}

function surelyMissing(e: Place, known: readonly Place[], watches: readonly Watch[]): boolean {
  const last = lastBefore(e, known);
  if (last.some((c) => c.value !== null)) return false;
  return isNothingBetween(last[0]?.revision ?? 0, e, watches);
}

function hasWrongPrevious(
  e: WatchedChange,
  known: readonly Place[],
  watches: readonly Watch[],
): boolean {
  const { key, previous } = e;
  if (previous === undefined) return false;
  if (previous === null) return surelyExisted(e, known, watches);
  if (previous.revision >= e.revision) return true;
  const between = known.some(
    (c) => c.key === key && previous.revision < c.revision && c.revision < e.revision,
  );
  if (between) return true;
  const there = known.filter((c) => isSamePlace(c, { ...previous, key }));
  if (there.length === 0) return isToldAll(key, previous.revision, watches);
  return there.every((c) => canonical(c.value) !== canonical(previous.value));
}

function hasWrongCreate(
  e: WatchedChange,
  known: readonly Place[],
  watches: readonly Watch[],
): boolean {
  if (e.isCreate === undefined || e.value === null) return false;
  if (e.isCreate) {
    return (e.previous ?? null) !== null || surelyExisted(e, known, watches);
  }
  return e.previous === null || surelyMissing(e, known, watches);
}
