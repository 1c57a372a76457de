/**
 * MODES: every change of mode has its trigger from the matrix and the evidence for it, none is missed,
 * none flaps (M1, M2, I7). Read from observations and the matrix alone; the node's own machine is not
 * asked.
 */
import type { Invariant } from '../core/invariant.ts';
import { scaledModes, usualModes, type ModeParameters } from './mode-parameters.ts';
import { ModeWatch } from './mode-watch.ts';
import { nodeInvariant } from './node-watches.ts';

export function modeTransitions(parameters: ModeParameters = usualModes): Invariant {
  return nodeInvariant({
    id: 'mode-transitions',
    area: 'MODES',
    claim:
      'A node changes its mode when the matrix says so, to a mode that may follow, with evidence for it, and no earlier, later or more often.',
    faultModel:
      'any faults; a missed change is not held against a node that stands still or waits for its disk',
    withClients: false,
    watch(program, impairments) {
      const p = scaledModes(parameters, program);
      return (node) => new ModeWatch({ node, p, impairments, program });
    },
    basis(watches) {
      if (!watches.some((w) => w.hasSpoken))
        return { undecided: 'no node said what its mode rests on' };
      const changes = watches.reduce((n, w) => n + w.changes, 0);
      return `${changes} changes of mode on ${watches.length} nodes`;
    },
  });
}
