/** What the stories of Raft libraries share: three members, a leader that is cut off, a client that looks who leads. */
import type { Fault, Operation, Prng } from '../../harness/index.ts';

export const servers = 3;

/** Both ways, from `atUs` on for `forUs`. */
export function leaderCutOff(atUs: number, forUs: number): Fault {
  return {
    kind: 'partition',
    mode: 'drop',
    atUs,
    untilUs: atUs + forUs,
    links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
  };
}

/** Twenty times, each at some member, `pauseUs` apart. */
export function looks(draw: Prng, pauseUs: () => number): Operation[] {
  return Array.from({ length: 20 }, (_, id) => ({
    id,
    afterUs: pauseUs(),
    f: 'look',
    key: `server-${draw.below(servers)}`,
    value: null,
  }));
}
