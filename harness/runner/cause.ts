/**
 * Where a violation was decided: from each moment of the run on noise is drawn anew, and the share of
 * these runs that still break the promise tells how likely it had become by then. It jumps where luck
 * decided it, if that was at one moment, and it is certain from the step on that went wrong. (Antithesis
 * shows bugs this way; the moments here are those of the history.)
 *
 * What came before a moment is the same in each of these runs, event for event: `Noise.turns`.
 */
import type { Run } from '../core/environment.ts';
import type { History, HistoryEvent } from '../core/history.ts';
import { Prng } from '../core/prng.ts';
import type { NoiseTurn, Program } from '../core/program.ts';
import { stepping, toTheEnd } from './turns.ts';
import type { Search } from './turns.ts';

/** How likely the violation was, as seen from one moment. */
export interface Likelihood {
  /** µs since the run began; noise is drawn anew after it. */
  readonly atUs: number;
  readonly failed: number;
  readonly runs: number;
  /** 95 % by Wilson's score, 0…1. */
  readonly low: number;
  readonly high: number;
}

/** Two moments, one after the other. */
interface Between {
  readonly from: Likelihood;
  readonly to: Likelihood;
}

export interface Cause {
  /** In order of time; more of them near the jump. */
  readonly curve: readonly Likelihood[];
  /**
   * The first jump: between these two moments the likelihood rose most, beyond what their bands allow.
   * Null: it was as likely from the beginning, or rose nowhere by enough to tell.
   */
  readonly jump: Between | null;
  /**
   * From `untilUs` on no run kept the promise any more, from `fromUs` some did; null there: some did from every
   * moment. Null: none did from the beginning.
   */
  readonly certain: { readonly fromUs: number; readonly untilUs: number | null } | null;
  /** What happened between the moments of the jump, of the history. */
  readonly events: readonly HistoryEvent[];
  /** The run that keeps the promise and is the same for longest; null: none kept it. */
  readonly nearest: { readonly program: Program; readonly untilUs: number } | null;
}

/**
 * The moment that is named as the cause, µs since the run began: the second of the jump; where it rose in many
 * steps the one from which on no run kept the promise; where one always did until the end, or none ever did, the
 * violation itself: no luck was needed, so that the last step did it.
 */
export function namedMoment({ certain, jump }: Cause, violatedUs: number): number {
  return jump?.to.atUs ?? certain?.untilUs ?? violatedUs;
}

export interface CauseTried {
  readonly run: Run;
  readonly isViolated: boolean;
}

export interface CauseOptions {
  /** Runs from each moment, 1 or more. */
  readonly runs: number;
  /** Moments that are looked at in the first place, and then inside of the jump. */
  readonly moments: number;
}

export const causeUsual: CauseOptions = { runs: 24, moments: 9 };

/** `program` breaks the promise, at `violatedUs` since its run, whose history this is, began. */
export function causeOf(
  program: Program,
  history: History,
  violatedUs: number,
  attempt: (program: Program) => CauseTried,
  options: CauseOptions = causeUsual,
): Cause {
  const search = lookingForCause(program, history, violatedUs, options);
  return toTheEnd(stepping(search, attempt));
}

/** The same, which asks for each run. */
export function* lookingForCause(
  program: Program,
  history: History,
  violatedUs: number,
  options: CauseOptions = causeUsual,
): Search<CauseTried, Cause> {
  const { readyUs } = history;
  const times = [...new Set(history.events.map((e) => e.timeUs))].filter(
    (t) => t >= readyUs && t < violatedUs,
  );
  const draw = new Prng(program.noiseSeed).fork('cause');
  const curve = new Map<number, Likelihood>();
  let nearest: Cause['nearest'] = null;
  /** Moments are told by their place among the times of the history. */
  const look = function* (place: number): Search<CauseTried, void> {
    const untilUs = times[place] as number;
    if (curve.has(place)) return;
    let failed = 0;
    for (let i = 0; i < options.runs; i++) {
      const tried = anewFrom(program, untilUs - readyUs, draw.uint32());
      if ((yield tried).isViolated) failed += 1;
      else if (nearest === null || untilUs > nearest.untilUs) nearest = { program: tried, untilUs };
    }
    curve.set(place, { atUs: untilUs, ...wilson(failed, options.runs) });
  };
  let [from, to] = [0, times.length - 1];
  // Each time into the piece with the largest rise, until nothing lies in between.
  while (to > from) {
    const step = Math.max(1, (to - from) / (options.moments - 1));
    const places: number[] = [];
    for (let p = from; p < to; p += step) places.push(Math.round(p));
    places.push(to);
    for (const place of places) yield* look(place);
    const next = largestRise(places, curve);
    if (next === null || (next[0] === from && next[1] === to)) break;
    [from, to] = next;
    if (to - from <= 1) break;
  }
  const jump = jumpBetween(curve.get(from), curve.get(to));
  const certain = yield* becomingCertain(curve, look, times.length);
  return {
    curve: [...curve.values()].sort((a, b) => a.atUs - b.atUs),
    jump,
    certain,
    events: eventsOf(history, jump),
    nearest,
  };
}

function jumpBetween(from: Likelihood | undefined, to: Likelihood | undefined): Between | null {
  return from !== undefined && to !== undefined && to.low > from.high ? { from, to } : null;
}

function eventsOf({ events }: History, between: Between | null): readonly HistoryEvent[] {
  if (between === null) return [];
  const { from, to } = between;
  return events.filter((e) => e.timeUs > from.atUs && e.timeUs <= to.atUs);
}

/**
 * Halves what lies between the last moment from which a run kept the promise and the next that was looked at, or
 * the end, at which it is broken.
 */
function* becomingCertain(
  curve: ReadonlyMap<number, Likelihood>,
  look: (place: number) => Search<CauseTried, void>,
  end: number,
): Search<CauseTried, Cause['certain']> {
  const isCertain = (place: number): boolean => place === end || share(curve.get(place)) === 1;
  const places = [...curve.keys()].sort((a, b) => a - b);
  const last = places.findLast((p) => !isCertain(p));
  if (last === undefined) return null;
  let [from, to] = [last, places.find((p) => p > last) ?? end];
  while (to - from > 1) {
    const middle: number = (from + to) >>> 1;
    yield* look(middle);
    if (isCertain(middle)) to = middle;
    else from = middle;
  }
  return { fromUs: (curve.get(from) as Likelihood).atUs, untilUs: curve.get(to)?.atUs ?? null };
}

/** The same until `fromUs` after it was ready, event for event; then with other noise. */
export function anewFrom(program: Program, fromUs: number, seed: number): Program {
  const before = (program.noise?.turns ?? []).filter((t: NoiseTurn) => t.fromUs < fromUs);
  return { ...program, noise: { ...program.noise, turns: [...before, { fromUs, seed }] } };
}

/** Of neighbours; of equal rises the first. Null: it rises nowhere. */
function largestRise(
  places: readonly number[],
  curve: ReadonlyMap<number, Likelihood>,
): readonly [number, number] | null {
  let best: readonly [number, number] | null = null;
  let rise = 0;
  for (let i = 1; i < places.length; i++) {
    const [a, b] = [places[i - 1] as number, places[i] as number];
    const by = share(curve.get(b)) - share(curve.get(a));
    if (by <= rise) continue;
    rise = by;
    best = [a, b];
  }
  return best;
}

function share(l: Likelihood | undefined): number {
  return l === undefined ? 0 : l.failed / l.runs;
}

/** Wilson's interval for `failed` of `runs` (1927), at 95 %. */
export function wilson(
  failed: number,
  runs: number,
): Pick<Likelihood, 'failed' | 'runs' | 'low' | 'high'> {
  const z = 1.96;
  const p = failed / runs;
  const scale = 1 + (z * z) / runs;
  const middle = (p + (z * z) / (2 * runs)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / runs + (z * z) / (4 * runs * runs))) / scale;
  return { failed, runs, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
