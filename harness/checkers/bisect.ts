/** Binary search. */

/** The first of 0…length-1 that `holds`, where all after one that does do too; `length` when none does. */
export function firstWhere(length: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (holds(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
