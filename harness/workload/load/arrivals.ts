/** When the requests of a load are due: the times at which the integral of its rate reaches the next step. */
import { assert } from '../../core/assert.ts';
import { ln } from '../../core/logarithm.ts';
import type { Prng } from '../../core/prng.ts';

/** From `[µs since the load began, requests a second]`; linear between points, constant outside of them. */
export type Rate = readonly (readonly [atUs: number, perSecond: number])[];

export interface ArrivalPlan {
  readonly rate: Rate;
  /** Evenly spaced, or a Poisson process of that rate. */
  readonly arrivals: 'even' | 'poisson';
  readonly forUs: number;
}

/** A stretch over which the rate changes linearly. */
interface Piece {
  readonly fromUs: number;
  readonly lengthUs: number;
  /** Requests a µs at its beginning and at its end. */
  readonly begins: number;
  readonly ends: number;
}

/**
 * Whole µs since the load began, never falling, all below `forUs`. Open loop: it does not matter how the
 * requests before fare.
 */
export function* arrivalsOf(plan: ArrivalPlan, draw: Prng): Generator<number, void> {
  let missing = plan.arrivals === 'even' ? 0.5 : exponential(draw);
  for (const piece of pieces(plan)) {
    const total = area(piece, piece.lengthUs);
    let done = 0;
    while (done + missing <= total) {
      done += missing;
      yield piece.fromUs + Math.min(Math.floor(reach(piece, done)), piece.lengthUs - 1);
      missing = plan.arrivals === 'even' ? 1 : exponential(draw);
    }
    missing -= total - done;
  }
}

/** How many requests this rate asks for in the whole of the time. */
export function expectedRequests(plan: Pick<ArrivalPlan, 'rate' | 'forUs'>): number {
  return pieces(plan).reduce((sum, piece) => sum + area(piece, piece.lengthUs), 0);
}

function pieces({ rate, forUs }: Pick<ArrivalPlan, 'rate' | 'forUs'>): Piece[] {
  const first = rate[0];
  assert(first !== undefined, 'a rate has at least one point');
  const points = [[0, first[1]] as const, ...rate.filter(([atUs]) => atUs > 0)];
  // A step at the very beginning: the last of the points there counts.
  for (const point of rate) if (point[0] === 0) points[0] = point;
  const out: Piece[] = [];
  points.forEach(([atUs, perSecond], i) => {
    const [untilUs, next] = points[i + 1] ?? [forUs, perSecond];
    const lengthUs = Math.min(untilUs, forUs) - atUs;
    if (lengthUs <= 0) return;
    const share = lengthUs / (untilUs - atUs);
    const ends = perSecond + (next - perSecond) * share;
    out.push({ fromUs: atUs, lengthUs, begins: perSecond / 1e6, ends: ends / 1e6 });
  });
  return out;
}

/** Requests of the first `us` of a piece. */
function area({ begins, ends, lengthUs }: Piece, us: number): number {
  return begins * us + ((ends - begins) * us * us) / (2 * lengthUs);
}

/** The first moment of the piece at which its area is `wanted`: the root of a square equation, µs. */
function reach({ begins, ends, lengthUs }: Piece, wanted: number): number {
  const slope = (ends - begins) / lengthUs;
  const root = Math.sqrt(Math.max(0, begins * begins + 2 * slope * wanted));
  // Written so that it neither divides by a slope of nothing nor loses digits to a small one.
  return (2 * wanted) / (begins + root);
}

function exponential(draw: Prng): number {
  return -ln((draw.uint32() + 1) / 4_294_967_296);
}
