/** What a caller that ejects outliers decides. */
export interface OutlierRules {
  /** Calls that failed in a row, after one more that failed or not. */
  inARow(failures: number, isOk: boolean): number;
  /** May one more be ejected where `out` of `size` are? */
  mayEject(out: number, size: number, maxPermille: number): boolean;
  /** Does one that is out get no call? */
  isSpared(isOut: boolean): boolean;
  /** For how long one is out, the `times`th time, µs. */
  outForUs(times: number, baseUs: number, timesMax: number): number;
}

export const outlierRules: OutlierRules = {
  inARow: (failures, isOk) => (isOk ? 0 : failures + 1),
  // With nobody left all calls fail; whoever fails them all is more likely the caller's own fault.
  mayEject: (out, size, maxPermille) => (out + 1) * 1_000 <= size * maxPermille,
  isSpared: (isOut) => isOut,
  outForUs: (times, baseUs, timesMax) => baseUs * Math.min(times, timesMax),
};
