/** Arithmetic of majorities. */

/** How many of `voters` make a majority. */
export function majorityOf(voters: number): number {
  return (voters >>> 1) + 1;
}

/**
 * The largest value that a majority of `values` has reached: the commit index from match indexes,
 * the confirmed round from acknowledged rounds. No allocation: called for every acknowledgement.
 */
export function reachedByMajority(values: Float64Array): number {
  const need = majorityOf(values.length);
  let best = -Infinity;
  for (const candidate of values) {
    if (candidate <= best) continue;
    let reached = 0;
    for (const v of values) if (v >= candidate) reached += 1;
    if (reached >= need) best = candidate;
  }
  return best;
}
