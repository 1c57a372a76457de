/** What befalls the programs of these stories: one is cut off from all servers, and a server is down. */
import type { Fault, Prng } from '../../../harness/index.ts';

/** Both ways, from `atUs` on for `forUs`. */
export function programCutOff(node: number, atUs: number, forUs: number): Fault {
  return {
    kind: 'partition',
    mode: 'drop',
    atUs,
    untilUs: atUs + forUs,
    links: { from: { of: 'node', node }, to: { of: 'servers' }, bothWays: true },
  };
}

/** Some one of `servers`. */
export function serverDown(draw: Prng, servers: number, atUs: number, forUs: number): Fault {
  const nodes = { of: 'node' as const, node: draw.below(servers) };
  return { kind: 'crash', atUs, untilUs: atUs + forUs, nodes };
}
