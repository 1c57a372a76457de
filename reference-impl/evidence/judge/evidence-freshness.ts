/**
 * MODES: freshness only decays (I7, E2): no claim is fresher than what it rests on.
 *
 * Of lists of instances that is the registry's last answer, of evidence that was passed on it is what
 * its issuer said. A list that is called at most δ stale rests on an answer no older than δ; the age
 * that is told of a stale one cannot shrink without a new answer.
 */
import { perNode } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';
import { FreshnessMonitor, Issued } from './freshness-monitor.ts';
import { scaledModes, usualModes, type ModeParameters } from '../../mode/judge/parameters.ts';

export function evidenceFreshness(parameters: ModeParameters = usualModes): Invariant {
  return perNode({
    id: 'evidence-freshness',
    area: 'MODES',
    claim:
      'No list of instances is said or used to be fresher than the last answer of the registry, and no evidence that was passed on is fresher than its source.',
    faultModel: "any faults; times are compared by the node's own clock",
    withClients: true,
    open(program) {
      const p = scaledModes(parameters, program);
      const issued = new Issued();
      return (node) => new FreshnessMonitor({ node, p, program, issued });
    },
    basis(monitors) {
      const claims = monitors.reduce((n, w) => n + w.claims, 0);
      if (claims === 0) return { undecided: 'nobody claimed that a list of instances is fresh' };
      return `${claims} claims of ${monitors.length} nodes and clients`;
    },
  });
}
