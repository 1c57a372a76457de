/** Random small histories of watches: what a sound store would tell, and then something spoilt. */
import type { Change, Watch } from '../../harness/checkers/watches/watch.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Prng } from '../../harness/core/prng.ts';
import type { WatchBatch, WatchedChange } from '../../harness/core/watch.ts';

export interface WatchHistory {
  readonly watches: readonly Watch[];
  readonly changes: readonly Change[];
}

const keys = ['a', 'b', 'ba'];

/** Up to nine revisions of one to three keys each, up to four watches, some acknowledgements. */
export function drawWatchHistory(draw: Prng): WatchHistory {
  const log = drawLog(draw);
  const watches = Array.from({ length: 1 + draw.below(4) }, (_, op) => drawWatch(draw, op, log));
  for (let i = draw.below(4); i > 0; i--) {
    const at = draw.below(watches.length);
    watches[at] = spoilt(draw, watches[at] as Watch);
  }
  const changes = log
    .filter(() => draw.chance(500))
    .map((e, i): Change => {
      const value = draw.chance(30) ? draw.below(9) : e.value;
      return { ...e, value, process: 9, op: 100 + i, by: 'acknowledgement' };
    });
  return { watches, changes };
}

/** What really happened, in order; events know what was there before. */
function drawLog(draw: Prng): WatchedChange[] {
  const log: WatchedChange[] = [];
  const held = new Map<string, { value: Json; revision: number }>();
  let revision = 0;
  for (let i = draw.below(10); i > 0; i--) {
    // Revisions that nobody here watches lie in between.
    revision += draw.chance(800) ? 1 : 2;
    for (const key of draw.shuffle(keys).slice(0, draw.chance(700) ? 1 : 1 + draw.below(3))) {
      const value = draw.chance(250) ? null : draw.below(4);
      const previous = held.get(key) ?? null;
      log.push({ key, value, revision, previous, isCreate: previous === null && value !== null });
      if (value === null) held.delete(key);
      else held.set(key, { value, revision });
    }
  }
  return log;
}

/** What a watch of some prefix from some revision up to another would be told. */
function drawWatch(draw: Prng, op: number, log: readonly WatchedChange[]): Watch {
  const prefix = draw.pick(['', 'a', 'b']);
  const end = (log.at(-1)?.revision ?? 0) + draw.below(2);
  const after = draw.below(end + 1);
  const upTo = draw.between(after, end);
  const batches: WatchBatch[] = [];
  let events: WatchedChange[] = [];
  for (let revision = after + 1; revision <= upTo; revision++) {
    events.push(...log.filter((e) => e.revision === revision && e.key.startsWith(prefix)));
    if (draw.chance(400) && revision < upTo) continue;
    batches.push({ revision, events: events.map((e) => reduced(draw, e)) });
    events = [];
  }
  return { op, process: op, prefix, after, isResumed: draw.chance(500), batches };
}

/** Systems need not tell what was before. */
function reduced(draw: Prng, { key, value, revision, previous, isCreate }: WatchedChange) {
  return {
    key,
    value,
    revision,
    ...(previous !== undefined && draw.chance(700) && { previous }),
    ...(isCreate !== undefined && draw.chance(500) && { isCreate }),
  } satisfies WatchedChange;
}

type Spoil = (draw: Prng, w: Watch) => Watch;

/** Each breaks something, or nothing when there is nothing to break. */
const spoils: readonly Spoil[] = [
  // Drops an event.
  (draw, w) => withEvents(w, (events) => without(events, draw.below(events.length))),
  // Tells an event again, later or at once.
  (draw, w) =>
    withEvents(w, (events) => {
      const again = events[draw.below(events.length)] as Placed;
      const batch = draw.between(again.batch, w.batches.length - 1);
      return [...events, { ...again, batch }];
    }),
  // Two events change places.
  (draw, w) =>
    withEvents(w, (events) => {
      const [i, j] = [draw.below(events.length), draw.below(events.length)];
      const [a, b] = [events[i] as Placed, events[j] as Placed];
      return events.map((p, k) => {
        if (k === i) return { ...p, e: b.e };
        return k === j ? { ...p, e: a.e } : p;
      });
    }),
  // An event comes in the next batch.
  (draw, w) =>
    withEvents(w, (events) => {
      const i = draw.below(events.length);
      const later = (p: Placed): number => Math.min(p.batch + 1, w.batches.length - 1);
      return events.map((p, k) => (k === i ? { ...p, batch: later(p) } : p));
    }),
  // What an event says is something else.
  (draw, w) => withOneEvent(draw, w, (e) => ({ ...e, value: draw.below(4) })),
  (draw, w) => withOneEvent(draw, w, (e) => ({ ...e, key: draw.pick(keys) })),
  (draw, w) => withOneEvent(draw, w, (e) => ({ ...e, revision: draw.below(e.revision + 2) })),
  (draw, w) =>
    withOneEvent(draw, w, (e) => {
      const revision = draw.below(e.revision + 1);
      return { ...e, previous: draw.chance(300) ? null : { value: draw.below(4), revision } };
    }),
  (_draw, w) => withOneEvent(_draw, w, (e) => ({ ...e, isCreate: e.isCreate !== true })),
  // It claims more, or less, than it was told.
  (draw, w) => {
    const i = draw.below(Math.max(1, w.batches.length));
    const by = draw.between(-2, 2);
    const claim = (b: WatchBatch): number => Math.max(0, b.revision + by);
    return {
      ...w,
      batches: w.batches.map((b, k) => (k === i ? { ...b, revision: claim(b) } : b)),
    };
  },
  (draw, w) => ({ ...w, after: Math.max(0, w.after + draw.between(-2, 2)) }),
];

function spoilt(draw: Prng, w: Watch): Watch {
  return draw.pick(spoils)(draw, w);
}

interface Placed {
  readonly e: WatchedChange;
  readonly batch: number;
}

function withEvents(w: Watch, change: (events: readonly Placed[]) => readonly Placed[]): Watch {
  const events = w.batches.flatMap((b, batch) => b.events.map((e) => ({ e, batch })));
  if (events.length === 0) return w;
  const changed = change(events);
  return {
    ...w,
    batches: w.batches.map(({ revision }, batch) => ({
      revision,
      events: changed.filter((p) => p.batch === batch).map((p) => p.e),
    })),
  };
}

function withOneEvent(draw: Prng, w: Watch, change: (e: WatchedChange) => WatchedChange): Watch {
  return withEvents(w, (events) => {
    const i = draw.below(events.length);
    return events.map((p, k) => (k === i ? { ...p, e: change(p.e) } : p));
  });
}

function without<T>(items: readonly T[], i: number): readonly T[] {
  return items.filter((_, k) => k !== i);
}
