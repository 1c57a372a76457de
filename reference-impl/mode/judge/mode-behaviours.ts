/**
 * MODES: what a mode does to a node is in force while the node is in it, and only then (M1). Which
 * cells of the matrix that covers is told in `docs/reference/modes.md`.
 */
import { perNode } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';
import { BehaviourMonitor } from './behaviour-monitor.ts';
import type { Modes } from '../member.ts';
import { scaledModes, usualModes, type ModeParameters } from './parameters.ts';

export function modeBehaviours(modes: Modes, parameters: ModeParameters = usualModes): Invariant {
  return perNode({
    id: 'mode-behaviours',
    area: 'MODES',
    claim:
      'In each mode a node routes by the lists, checks, holds circuits open and sends calls as the matrix says of that mode, and of no other.',
    faultModel:
      'any faults; what was under way when the mode changed is not judged, nor what is late of a node that stands still; a false alarm by chance has a probability of at most 1 in 10⁹ a run',
    withClients: false,
    open(program, stopped) {
      const p = scaledModes(parameters, program);
      return (node) => new BehaviourMonitor({ node, p, stopped, program }, modes);
    },
    basis(monitors) {
      const judged = monitors.reduce((n, w) => n + w.judged, 0);
      if (judged === 0) return { undecided: 'no node called a service in a mode that is known' };
      return `${judged} calls of ${monitors.length} nodes in modes that are known`;
    },
  });
}
