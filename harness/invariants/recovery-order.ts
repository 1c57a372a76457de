/**
 * MODES: Recovery takes its steps in order, each on proof, and only the last leads to Target (M2).
 * The proofs are looked for in what the node observed besides; its word for a step is not enough.
 */
import type { Invariant } from '../core/invariant.ts';
import { scaledModes, usualModes, type ModeParameters } from './mode-parameters.ts';
import { nodeInvariant } from './node-watches.ts';
import { RecoveryWatch } from './recovery-watch.ts';

export function recoveryOrder(parameters: ModeParameters = usualModes): Invariant {
  return nodeInvariant({
    id: 'recovery-order',
    area: 'MODES',
    claim:
      'A node in Recovery takes every step in its order, begins each when the one before it has shown what it must, no earlier and not much later, and reaches Target from the last.',
    faultModel:
      "any faults; proofs are compared by the node's own clock, and no lateness is held against a node that stands still or waits for its disk",
    withClients: false,
    watch(program, impairments) {
      const p = scaledModes(parameters, program);
      return (node) => new RecoveryWatch({ node, p, impairments, program });
    },
    basis(watches) {
      if (!watches.some((w) => w.hasSpoken))
        return { undecided: 'no node said what its mode rests on' };
      const steps = watches.reduce((n, w) => n + w.steps, 0);
      const recoveries = watches.reduce((n, w) => n + w.recoveries, 0);
      return `${steps} steps in ${recoveries} recoveries of ${watches.length} nodes`;
    },
  });
}
