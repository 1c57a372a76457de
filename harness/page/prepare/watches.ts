/** What watchers were told, against the revisions that there were: gaps, repeats and disorder side by side. */
import { isOperation } from '../../core/history.ts';
import type { History, OperationEvent } from '../../core/history.ts';
import { toldUpTo, type WatchedChange, type WatchResult } from '../../core/watch.ts';
import { show } from '../../workload/kind.ts';
import type { WatchesView, WatchMark, WatchRowView } from '../view.ts';

const watchersMax = 6;
const rowsMax = 14;

interface Watcher {
  readonly client: number;
  /** In order of receipt, watch after watch. */
  readonly told: WatchedChange[];
  /** What was watched: after the first, up to and with the second. */
  readonly spans: (readonly [after: number, upTo: number])[];
}

/** Of the prefix that the named watches are of; null where none of `named` is a watch. */
export function watchesView(
  { events }: History,
  clients: number,
  named: readonly number[],
  whoOf: (client: number) => string = (client) => `c${client}`,
): WatchesView | null {
  const about = events.find((e) => e.type === 'invoke' && e.f === 'watch' && named.includes(e.op));
  if (about?.type !== 'invoke') return null;
  const prefix = about.key;
  const own = events.filter(
    (e): e is OperationEvent => isOperation(e) && e.f === 'watch' && e.key === prefix,
  );
  const isNamed = (w: Watcher): boolean =>
    own.some((e) => named.includes(e.op) && e.process % Math.max(1, clients) === w.client);
  const watchers = watchersOf(own, clients)
    .sort((a, b) => Number(isNamed(b)) - Number(isNamed(a)) || a.client - b.client)
    .slice(0, watchersMax);
  const changes = changesOf(events, prefix, watchers);
  const rows = [...changes]
    .sort(([a], [b]) => a - b)
    .map(([revision, change]): WatchRowView => {
      return { revision, change, told: watchers.map((w) => markOf(w, revision, change)) };
    });
  const shown = around(rows);
  return {
    prefix,
    watchers: watchers.map((w) => whoOf(w.client)),
    skipped: rows.length - shown.length,
    rows: shown,
  };
}

function watchersOf(own: readonly OperationEvent[], clients: number): Watcher[] {
  const watchers = new Map<number, Watcher>();
  for (const e of own) {
    if (e.type !== 'ok') continue;
    const client = e.process % Math.max(1, clients);
    const w = watchers.get(client) ?? { client, told: [], spans: [] };
    watchers.set(client, w);
    const result = e.value as unknown as WatchResult;
    w.told.push(...result.batches.flatMap((b) => b.events));
    w.spans.push([result.after, toldUpTo(result)]);
  }
  return [...watchers.values()];
}

/** By revision, as it was acknowledged to who wrote it, or else as most were told of it. */
function changesOf(
  events: History['events'],
  prefix: string,
  watchers: readonly Watcher[],
): ReadonlyMap<number, string> {
  const changes = new Map<number, string>();
  const asked = new Map<number, OperationEvent>();
  for (const e of events) {
    if (!isOperation(e) || !e.key.startsWith(prefix)) continue;
    if (e.type === 'invoke') asked.set(e.op, e);
    const value = writtenBy(asked.get(e.op));
    if (e.type === 'ok' && e.version !== undefined && value !== undefined) {
      changes.set(e.version, textOf(e.key, value));
    }
  }
  for (const w of watchers) {
    for (const c of w.told) {
      if (!changes.has(c.revision)) changes.set(c.revision, textOf(c.key, c.value));
    }
  }
  return changes;
}

/** Undefined: it writes nothing, or nobody can say what. */
function writtenBy(e: OperationEvent | undefined): WatchedChange['value'] | undefined {
  if (e?.f === 'write') return e.value;
  if (e?.f === 'delete') return null;
  return e?.f === 'cas' && Array.isArray(e.value)
    ? (e.value as WatchedChange['value'][])[1]
    : undefined;
}

function textOf(key: string, value: WatchedChange['value']): string {
  return value === null ? `${key} removed` : `${key} = ${show(value)}`;
}

function markOf({ told, spans }: Watcher, revision: number, change: string): WatchMark {
  const at = told.flatMap((c, i) => (c.revision === revision ? [i] : []));
  const [first] = at;
  if (first === undefined) {
    const isWatched = spans.some(([after, upTo]) => revision > after && revision <= upTo);
    return isWatched ? 'gap' : 'none';
  }
  const texts = at.map((i) =>
    textOf((told[i] as WatchedChange).key, (told[i] as WatchedChange).value),
  );
  if (!texts.includes(change) && texts.length === 1) return 'other';
  if (new Set(texts).size < texts.length) return 'repeat';
  return told.slice(0, first).some((c) => c.revision > revision) ? 'late' : 'told';
}

/** As many rows as there is room for, with those that are out of order in the middle. */
function around(rows: readonly WatchRowView[]): readonly WatchRowView[] {
  const isUsual = (m: WatchMark): boolean => m === 'told' || m === 'none';
  const at = rows.findIndex((r) => !r.told.every(isUsual));
  const from = Math.max(0, Math.min(at - rowsMax / 2, rows.length - rowsMax));
  return rows.slice(from, from + rowsMax);
}
