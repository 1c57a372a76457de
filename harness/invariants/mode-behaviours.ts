/**
 * MODES: what a mode does to a node is in force while the node is in it, and only then (M1). Which
 * cells of the matrix that covers is told in `harness/README.md`.
 */
import type { Invariant } from '../core/invariant.ts';
import { BehaviourWatch } from './behaviour-watch.ts';
import { scaledModes, usualModes, type ModeParameters } from './mode-parameters.ts';
import { nodeInvariant } from './node-watches.ts';

export function modeBehaviours(parameters: ModeParameters = usualModes): Invariant {
  return nodeInvariant({
    id: 'mode-behaviours',
    area: 'MODES',
    claim:
      'In each mode a node routes by the lists, checks, holds circuits open and sends calls as the matrix says of that mode, and of no other.',
    faultModel:
      'any faults; what was under way when the mode changed is not judged, nor what is late of a node that stands still; a false alarm by chance has a probability of at most 1 in 10⁹ a run',
    withClients: false,
    watch(program, impairments) {
      const p = scaledModes(parameters, program);
      return (node) => new BehaviourWatch({ node, p, impairments, program });
    },
    basis(watches) {
      const judged = watches.reduce((n, w) => n + w.judged, 0);
      if (judged === 0) return { undecided: 'no node called a service in a mode that is known' };
      return `${judged} calls of ${watches.length} nodes in modes that are known`;
    },
  });
}
