/**
 * MODES: Recovery takes its steps in order, each on proof, and only the last leads to Target (M2).
 * The proofs are looked for in what the node observed besides; its word for a step is not enough.
 */
import { perNode } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';
import { scaledModes, usualModes, type ModeParameters } from './parameters.ts';
import { RecoveryMonitor } from './recovery-monitor.ts';

export function recoveryOrder(parameters: ModeParameters = usualModes): Invariant {
  return perNode({
    id: 'recovery-order',
    area: 'MODES',
    claim:
      'A node in Recovery takes every step in its order, begins each when the one before it has shown what it must, no earlier and not much later, and reaches Target from the last.',
    faultModel:
      "any faults; proofs are compared by the node's own clock, and no lateness is held against a node that stands still or waits for its disk",
    withClients: false,
    open(program, stopped) {
      const p = scaledModes(parameters, program);
      return (node) => new RecoveryMonitor({ node, p, stopped, program });
    },
    basis(monitors) {
      if (!monitors.some((w) => w.hasSpoken))
        return { undecided: 'no node said what its mode rests on' };
      const steps = monitors.reduce((n, w) => n + w.steps, 0);
      const recoveries = monitors.reduce((n, w) => n + w.recoveries, 0);
      return `${steps} steps in ${recoveries} recoveries of ${monitors.length} nodes`;
    },
  });
}
