/** For how long a process holds a lock for sure (Gray & Cheriton, "Leases", 1989, section 2). */
import type { Op } from '../operations.ts';

export interface ClockBounds {
  /** How wrong any clock's rate may be, parts per million; 0 by default. */
  readonly driftPpm?: number;
  /** How far apart two readings of one moment may be, µs; 0 by default. */
  readonly skewUs?: number;
}

/**
 * The time for which a lock is held for sure by one grant: nothing if `until` is not after `from`. µs
 * where the operations have times, otherwise positions in the history.
 */
export interface Hold {
  readonly acquire: Op;
  readonly from: number;
  /** Infinity: it was never released and has no lease. */
  readonly until: number;
  /** Its first release, also of unknown fate; null: none was called. */
  readonly release: Op | null;
}

/** The least true time for which a lease of `ttlUs` lasts, whichever clocks count it, µs. */
export function leaseAtLeastUs(ttlUs: number, { driftPpm = 0, skewUs = 0 }: ClockBounds): number {
  const million = 1_000_000;
  return Math.floor(ttlUs * ((million - driftPpm) / (million + driftPpm))) - skewUs;
}

/** How much longer than told a lease may last by two clocks that are wrong by this much. */
export function driftFactorOf(driftPpm: number): number {
  const million = 1_000_000;
  return (million + driftPpm) / (million - driftPpm);
}
