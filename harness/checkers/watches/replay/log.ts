/** The independent judge of watches: holds everything that was told against one log of the store. */
import type { Json } from '../../../core/host.ts';
import type { WatchedChange } from '../../../core/watch.ts';
import { firstWhere } from '../../bisect.ts';
import { canonical } from '../../canonical.ts';
import type { Change, Watch } from '../watch.ts';

/** One change of one key; `value` null: it was deleted. */
export interface LogEntry {
  readonly key: string;
  readonly value: Json;
  readonly revision: number;
}

export interface StoreLog {
  readonly kind: 'store-log';
  /** In order of revisions. */
  readonly log: readonly LogEntry[];
}

/** What clients were told: by watches, and of their own changes. */
export interface ToldAll {
  readonly watches: readonly Watch[];
  readonly changes: readonly Change[];
}

/**
 * Null when `log` is one of revisions that grow, has every acknowledged change, and every watch was
 * told just what it says; otherwise what is wrong.
 */
export function refuteLog({ watches, changes }: ToldAll, { log }: StoreLog): string | null {
  const isSorted = log.every((e, i) => i === 0 || (log[i - 1] as LogEntry).revision <= e.revision);
  if (!isSorted) return 'the log goes back';
  const places = new Map<string, Place>();
  const newest = new Map<string, LogEntry>();
  for (const entry of log) {
    if (places.has(nameOf(entry))) return `${nameOf(entry)} comes twice`;
    places.set(nameOf(entry), { entry, before: newest.get(entry.key) ?? null });
    newest.set(entry.key, entry);
  }
  for (const change of changes) {
    if (!isIn(places, change)) return `${nameOf(change)} was acknowledged`;
  }
  const byPrefix = new Map<string, readonly LogEntry[]>();
  for (const w of watches) {
    const own = byPrefix.get(w.prefix) ?? log.filter((e) => e.key.startsWith(w.prefix));
    byPrefix.set(w.prefix, own);
    const fault = refuteEvents(w, places) ?? refuteBatches(w) ?? refuteRange(w, own);
    if (fault !== null) return `watch ${w.op}: ${fault}`;
  }
  return null;
}

interface Place {
  readonly entry: LogEntry;
  /** Of the same key. */
  readonly before: LogEntry | null;
}

/** Each event is in the log, and before it was what it says. */
function refuteEvents(w: Watch, places: ReadonlyMap<string, Place>): string | null {
  const seen = new Set<string>();
  for (const e of w.batches.flatMap((b) => b.events)) {
    const name = nameOf(e);
    if (!e.key.startsWith(w.prefix) || e.revision <= w.after) return `${name} is none of its own`;
    if (!isIn(places, e)) return `${name} did not happen`;
    if (seen.has(name)) return `${name} comes twice`;
    seen.add(name);
    if (!isRightBefore(e, places.get(name)?.before ?? null)) return `${name} is wrong of before`;
  }
  return null;
}

function isRightBefore({ value, previous, isCreate }: WatchedChange, before: LogEntry | null) {
  const held = before?.value === null ? null : before;
  if (previous !== undefined && !isSame(previous, held)) return false;
  return value === null || isCreate === undefined || isCreate === (held === null);
}

type Held = Omit<LogEntry, 'key'>;

function isSame(a: Held | null, b: Held | null): boolean {
  if (a === null || b === null) return a === b;
  return a.revision === b.revision && canonical(a.value) === canonical(b.value);
}

/** Batches go forward, and none takes up a revision that one before it was done with. */
function refuteBatches(w: Watch): string | null {
  let reached = w.isResumed ? -1 : w.after;
  for (const { revision, events } of w.batches) {
    if (revision < reached) return `it was told up to ${revision} after ${reached}`;
    let last = reached + 1;
    for (const e of events) {
      if (e.revision < last) return `${nameOf(e)} comes late`;
      last = e.revision;
    }
    reached = Math.max(revision, events.at(-1)?.revision ?? -1);
  }
  return null;
}

/** As many events as the log has up to where it was told: as all are different, these. */
function refuteRange(w: Watch, own: readonly LogEntry[]): string | null {
  const claimed = Math.max(w.after, w.batches.at(-1)?.revision ?? 0);
  const upTo = (revision: number): number =>
    firstWhere(own.length, (i) => (own[i] as LogEntry).revision > revision);
  const due = upTo(claimed) - upTo(w.after);
  const told = w.batches.flatMap((b) => b.events).filter((e) => e.revision <= claimed).length;
  return told === due ? null : `${due - told} of ${due} changes are left out`;
}

function isIn(places: ReadonlyMap<string, Place>, e: LogEntry): boolean {
  return isSame(places.get(nameOf(e))?.entry ?? null, e);
}

function nameOf({ revision, key }: LogEntry): string {
  return `${revision} ${key}`;
}
