/**
 * MODES: every change of mode has its trigger from the matrix and the evidence for it, none is missed,
 * none flaps (M1, M2, I7). Read from observations and the matrix alone; the node's own machine is not
 * asked.
 */
import { perNode } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';
import { hasModes } from '../matrix.ts';
import type { Modes } from '../member.ts';
import { scaledModes, usualModes, type ModeParameters } from './parameters.ts';
import { ModeMonitor } from './transitions-monitor.ts';

export function modeTransitions(modes: Modes, parameters: ModeParameters = usualModes): Invariant {
  return perNode({
    id: 'mode-transitions',
    area: 'MODES',
    claim:
      'A node changes its mode when the matrix says so, to a mode that may follow, with evidence for it, and no earlier, later or more often.',
    faultModel:
      'any faults; a missed change is not held against a node that stands still or waits for its disk',
    withClients: false,
    // A node without the machine has figures and evidence all the same, and no mode to change.
    unjudged: ({ settings }) => (hasModes(settings) ? null : 'the story leaves the modes out'),
    open(program, stopped) {
      const p = scaledModes(parameters, program);
      return (node) => new ModeMonitor({ node, p, stopped, program }, modes);
    },
    basis(monitors) {
      if (!monitors.some((w) => w.hasSpoken))
        return { undecided: 'no node said what its mode rests on' };
      const changes = monitors.reduce((n, w) => n + w.changes, 0);
      return `${changes} changes of mode on ${monitors.length} nodes`;
    },
  });
}
