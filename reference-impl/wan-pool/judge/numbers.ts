/** What the pool of all regions is held to. Times of a protocol: never divided. */
import { secondsUs } from '../../../harness/spec.ts';
import type { Program } from '../../../harness/spec.ts';

export const numbers = {
  /**
   * Who can be reached again is known alive by then, µs: a server tries one of the dead every 30 s, and always where
   * they outnumber the living; what it learns is passed on within seconds.
   */
  backUs: secondsUs(90),
  /** What a fault may add to round trips without being a reason to suspect anybody, µs: two of them stay below a probe's 3 s. */
  addedUsMax: secondsUs(1.5),
} as const;

/**
 * Who is lost is known dead by then, µs. A server probes each other one within 2n − 3 periods of 5 s, and accuses it a
 * period later. A suspicion that nobody confirms lasts 180 s: on the smaller side of a cut most gossip goes to those
 * who cannot hear it.
 */
export function lostUs(servers: number): number {
  const probedS = 2 * (servers - 1) * 5;
  const suspectedS = 180 * String(servers).length;
  const onItsWayS = 10;
  return secondsUs(probedS + suspectedS + onItsWayS);
}

/** Is the WAN pool on in a run with these settings? */
export function hasPools({ settings: { extra } }: Program): boolean {
  return typeof extra['pools'] === 'object' && extra['pools'] !== null;
}
