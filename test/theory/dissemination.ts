/** How long from the first `dead` until 99 % and all of the living know, with LAN constants. */
import type { NodeId } from '../../harness/core/host.ts';
import { swimWorld } from './swim-world.ts';

export interface Dissemination {
  readonly deaths: number;
  /** Means over the deaths, µs. */
  readonly mostUs: number;
  readonly allUs: number;
}

const crashUs = 5_000_000;
const deaths = 10;

/** Ten members crash at once; links take 1–50 ms one way, as in the figures we compare with. */
export function measureDissemination(nodes: number, seed: number): Dissemination {
  const toldUs = new Map<NodeId, number[]>();
  const world = swimWorld({
    nodes,
    seed,
    latency: { lowUs: 1_000, highUs: 50_000 },
    onMember: (_, o, nowUs) => {
      if (o.status !== 'dead') return;
      const times = toldUs.get(o.member);
      if (times === undefined) toldUs.set(o.member, [nowUs]);
      else times.push(nowUs);
    },
  });
  world.at(crashUs, () => {
    for (let i = 0; i < deaths; i++) world.crash(Math.floor(((i + 0.5) * nodes) / deaths));
  });
  world.runUntil(60_000_000);
  const living = nodes - deaths;
  let mostSumUs = 0;
  let allSumUs = 0;
  for (const times of toldUs.values()) {
    if (times.length < living) continue;
    const first = times[0] as number;
    mostSumUs += (times[Math.ceil(0.99 * living) - 1] as number) - first;
    allSumUs += (times[living - 1] as number) - first;
  }
  const told = [...toldUs.values()].filter((t) => t.length >= living).length;
  return { deaths: told, mostUs: mostSumUs / told, allUs: allSumUs / told };
}
