/** Faults that the stories of locks, elections and registries share. */
import { secondsUs } from '../harness/index.ts';
import type { Fault, Prng } from '../harness/index.ts';

/** For three seconds a minority is cut off, whoever leads; later the leader stands still for one to three. */
export function minorityThenPause(
  draw: Prng,
  { cutUs, pauseUs }: { readonly cutUs: number; readonly pauseUs: number },
): readonly Fault[] {
  return [
    {
      kind: 'partition',
      mode: draw.pick(['drop', 'stall']),
      atUs: cutUs,
      untilUs: cutUs + secondsUs(3),
      links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true },
    },
    {
      kind: 'pause',
      atUs: pauseUs,
      untilUs: pauseUs + draw.between(1_000_000, 3_000_000),
      nodes: { of: 'leader' },
    },
  ];
}
