/** Reads a film: what everybody was at a moment, and when the next thing changes. */
import type { FilmView } from './view.ts';

export interface FieldThen {
  readonly field: string;
  readonly value: string;
  /** Since when it is so, µs. */
  readonly sinceUs: number;
}

interface Track {
  readonly of: string;
  readonly field: string;
  readonly atUs: Float64Array;
  readonly value: readonly number[];
}

/** What is not so while a process is down. */
const process = 'process';

export class Film {
  readonly lateUsMax: number;
  /** Names of nodes, clients and things, in order. */
  readonly names: readonly string[];
  private readonly texts: readonly string[];
  private readonly tracks: readonly Track[];

  constructor({ texts, tracks, lateUsMax }: FilmView) {
    this.lateUsMax = lateUsMax;
    this.texts = texts;
    this.tracks = tracks.map(({ of, field, atUs, value }) => {
      let us = 0;
      return { of, field, atUs: Float64Array.from(atUs, (d) => (us += d)), value };
    });
    // As they were named first: the fields of one need not stand together.
    this.names = [...new Set(tracks.map((t) => t.of))];
  }

  /** By name: what is known of it at `us`, in order of fields; of a process that is down that alone. */
  at(us: number): ReadonlyMap<string, readonly FieldThen[]> {
    const all = new Map<string, FieldThen[]>(this.names.map((name) => [name, []]));
    for (const t of this.tracks) {
      const i = lastUntil(t.atUs, us);
      if (i < 0) continue;
      const value = this.texts[t.value[i] as number] ?? '';
      const sinceUs = t.atUs[i] as number;
      if (value !== '') all.get(t.of)?.push({ field: t.field, value, sinceUs });
    }
    for (const [name, fields] of all) {
      const own = fields.find((f) => f.field === process);
      if (own?.value === 'down') all.set(name, [own]);
    }
    return all;
  }

  /** The next moment after `us` at which anything changes; null: nothing does. `name`: of one alone. */
  next(us: number, name: string | null = null): number | null {
    let best = Infinity;
    for (const t of this.tracks) {
      if (name !== null && t.of !== name) continue;
      best = Math.min(best, t.atUs[lastUntil(t.atUs, us) + 1] ?? Infinity);
    }
    return best === Infinity ? null : best;
  }

  /** The last moment before `us` at which anything changed; null: nothing did. */
  previous(us: number, name: string | null = null): number | null {
    let best = -1;
    for (const t of this.tracks) {
      if (name !== null && t.of !== name) continue;
      best = Math.max(best, t.atUs[lastUntil(t.atUs, us - 1)] ?? -1);
    }
    return best < 0 ? null : best;
  }
}

/** Position of the last that is not after `us`; -1: there is none. */
function lastUntil(atUs: Float64Array, us: number): number {
  let [low, high] = [0, atUs.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((atUs[mid] as number) <= us) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}
