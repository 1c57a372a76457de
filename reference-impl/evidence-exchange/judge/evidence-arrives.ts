/** MODES: evidence comes to all whom it is for (E1). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant } from '../../../harness/spec.ts';
import { ClaimMonitor } from './claims.ts';
import type { Routed } from './claims.ts';

export function evidenceArrives(): Invariant {
  return monitored(
    {
      id: 'evidence-arrives',
      area: 'MODES',
      claim:
        'Who has claimed something for some seconds is known by all whom that is for and who could hear of it.',
      faultModel: 'any faults; nodes that have been together for some seconds',
    },
    (program) => new ArrivalMonitor(program),
  );
}

class ArrivalMonitor extends ClaimMonitor {
  protected override routed(r: Routed): Explanation | null {
    for (const [key, { sinceUs, scope }] of this.issued) {
      const issuer = Number(key.split(' ')[0]);
      if (!key.endsWith(` ${r.subject}`) || !this.isFor(scope, issuer, r.at)) continue;
      const dueUs = Math.max(sinceUs, this.togetherUs(issuer, r.at)) + this.spreadUs;
      if (r.askedUs <= dueUs) continue;
      this.looks += 1;
      if (r.issuer !== null) continue;
      const sentences = [
        `${nameNode(this.program, r.at)} had no evidence of ${r.subject} ${when(r.askedUs)}.`,
        `${nameNode(this.program, issuer)} had claimed it for ${scope === 'global' ? 'all' : `its ${scope}`} since ${when(sinceUs)}, and should have been heard ${when(dueUs)}.`,
      ];
      return { atUs: r.toldUs, sentences, ops: [] };
    }
    return null;
  }
}
