/** What each of these stories does: one client loses its server, and the others do not. */
import type { Fault, Prng } from '../../harness/index.ts';

/** Of `clients` before a single server one is cut off, both ways, for `forUs` from `atUs` on. */
export function clientCutOff(draw: Prng, clients: number, atUs: number, forUs: number): Fault {
  return {
    kind: 'partition',
    mode: 'drop',
    atUs,
    untilUs: atUs + forUs,
    links: {
      from: { of: 'node', node: 1 + draw.below(clients) },
      to: { of: 'servers' },
      bothWays: true,
    },
  };
}
