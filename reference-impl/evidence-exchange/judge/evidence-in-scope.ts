/** MODES: evidence comes to nobody whom it is not for (E1). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant, NodeId } from '../../../harness/spec.ts';
import { ClaimMonitor, scopeOf } from './claims.ts';
import type { ClaimObservation } from '../observations.ts';

export function evidenceInScope(): Invariant {
  return monitored(
    {
      id: 'evidence-in-scope',
      area: 'MODES',
      claim: 'No node hears evidence for one zone or region that it is not in.',
      faultModel: 'any faults',
    },
    (program) => new ScopeMonitor(program),
  );
}

class ScopeMonitor extends ClaimMonitor {
  protected override heard(c: ClaimObservation, node: NodeId, timeUs: number): Explanation | null {
    if (c.issuer === node) return null;
    this.looks += 1;
    const scope = scopeOf(c);
    if (this.isFor(scope, c.issuer, node)) return null;
    const place = (n: NodeId): string => this.program.shape.nodes[n]?.zone ?? '?';
    const sentences = [
      `${nameNode(this.program, node)} of ${place(node)} heard evidence (${c.subject}) ${when(timeUs)}.`,
      `${nameNode(this.program, c.issuer)} of ${place(c.issuer)} issued it for its ${scope} alone.`,
    ];
    return { atUs: timeUs, sentences, ops: [] };
  }
}
