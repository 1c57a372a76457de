/** How old what nodes know was at each moment: a row of figures for each node and thing. */
import type { History } from '../../core/history.ts';
import type { Shape } from '../../core/program.ts';
import type { Ageing } from '../../core/system.ts';
import { nodeName } from '../../faults/describe.ts';
import type { AgesView, AgeTrackView } from '../view.ts';

/** Of one thing, the oldest: more lines cannot be told apart. */
const alikeMax = 4;
/** What never gets so old, as a share of its life, is as it should be. */
const oldestMin = 0.6;

interface Track extends AgeTrackView {
  readonly atUs: number[];
  readonly ageUs: number[];
  /** The most that it ever was, as a share of its life. */
  oldest: number;
}

/** Null where nobody says how old anything is, or nothing ever got old. */
export function agesView(
  history: History,
  shape: Shape,
  ageings: readonly Ageing[],
): AgesView | null {
  const tracks = new Map<string, Track>();
  for (const e of history.events) {
    if (e.type === 'node' && e.change !== 'started') {
      for (const t of tracks.values()) if (t.of === nodeName(shape, e.node)) add(t, e.timeUs, -1);
    }
    if (e.type !== 'observe') continue;
    for (const { name: what, read } of ageings) {
      const told = read(e.value);
      if (told === null) continue;
      const of = nodeName(shape, e.node);
      const { lifetimeUs } = told;
      const t = tracks.get(`${of} ${what}`) ?? trackOf(of, what, lifetimeUs);
      tracks.set(`${of} ${what}`, t);
      add(t, e.timeUs, told.ageUs);
    }
  }
  if (tracks.size === 0) return null;
  for (const t of tracks.values()) grow(t, history.endUs);
  if ([...tracks.values()].every((t) => t.oldest < oldestMin)) return null;
  const kept = ageings.flatMap(({ name }) =>
    [...tracks.values()]
      .filter((t) => t.what === name)
      .sort((a, b) => b.oldest - a.oldest)
      .slice(0, alikeMax),
  );
  return {
    tracks: kept.map(({ oldest: _, ...t }) => t),
    others: tracks.size - kept.length,
  };
}

function trackOf(of: string, what: string, lifetimeUs: number): Track {
  return { of, what, lifetimeUs, atUs: [], ageUs: [], oldest: 0 };
}

function add(t: Track, us: number, ageUs: number): void {
  grow(t, us);
  t.atUs.push(us);
  t.ageUs.push(ageUs);
}

/** Until then it got older by as much as time went by. */
function grow(t: Track, us: number): void {
  const [at, age] = [t.atUs.at(-1), t.ageUs.at(-1)];
  if (at === undefined || age === undefined || age < 0) return;
  t.oldest = Math.max(t.oldest, (age + us - at) / t.lifetimeUs);
}
