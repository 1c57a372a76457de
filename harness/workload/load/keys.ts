/** Which key each request of a load asks for. */
import type { Prng } from '../../core/prng.ts';

/** `count` keys; all alike, or the key of rank r with a weight of 1/r (Zipf's law, exponent 1). */
export interface KeyChoice {
  readonly count: number;
  readonly distribution: 'uniform' | 'zipf';
}

/** Draws ranks, 0…count-1. Zipf: logarithmic time over a table of sums. */
export function rankOf({ count, distribution }: KeyChoice): (draw: Prng) => number {
  if (distribution === 'uniform') return (draw) => draw.below(count);
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) sums[rank] = sum += 1 / (rank + 1);
  return (draw) => firstAbove(sums, (draw.uint32() / 4_294_967_296) * sum);
}

/** Index of the first of these rising numbers that exceeds `x`; the last at most. */
function firstAbove(sums: Float64Array, x: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((sums[mid] as number) > x) high = mid;
    else low = mid + 1;
  }
  return low;
}
