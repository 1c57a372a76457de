/**
 * MODES: freshness only decays (I7, E2): no claim is fresher than what it rests on.
 *
 * Of lists of instances that is the registry's last answer, of evidence that was passed on it is what
 * its issuer said. A list that is called at most δ stale rests on an answer no older than δ; the age
 * that is told of a stale one cannot shrink without a new answer.
 */
import type { Invariant } from '../core/invariant.ts';
import { FreshnessWatch, Issued } from './freshness-watch.ts';
import { scaledModes, usualModes, type ModeParameters } from './mode-parameters.ts';
import { nodeInvariant } from './node-watches.ts';

export function evidenceFreshness(parameters: ModeParameters = usualModes): Invariant {
  return nodeInvariant({
    id: 'evidence-freshness',
    area: 'MODES',
    claim:
      'No list of instances is said or used to be fresher than the last answer of the registry, and no evidence that was passed on is fresher than its source.',
    faultModel: "any faults; times are compared by the node's own clock",
    withClients: true,
    watch(program) {
      const p = scaledModes(parameters, program);
      const issued = new Issued();
      return (node) => new FreshnessWatch({ node, p, program, issued });
    },
    basis(watches) {
      const claims = watches.reduce((n, w) => n + w.claims, 0);
      if (claims === 0) return { undecided: 'nobody claimed that a list of instances is fresh' };
      return `${claims} claims of ${watches.length} nodes and clients`;
    },
  });
}
