/** MODES: what was taken back is used no more where that could be heard (E2). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant } from '../../../harness/spec.ts';
import { ClaimMonitor } from './claims.ts';
import type { Routed } from './claims.ts';

export function revokedUnused(): Invariant {
  return monitored(
    {
      id: 'revoked-unused',
      area: 'MODES',
      claim:
        'No node goes by evidence that its issuer took back, some seconds after both could hear of one another.',
      faultModel: 'any faults; clocks within the drift of the plan',
    },
    (program) => new RevokedMonitor(program),
  );
}

class RevokedMonitor extends ClaimMonitor {
  private revoked = 0;

  override end(): ReturnType<ClaimMonitor['end']> {
    if (this.revoked === 0) return { undecided: 'nothing was taken back before somebody asked' };
    return `${this.revoked} of ${this.looks} looks after something was taken back`;
  }

  protected override routed(r: Routed): Explanation | null {
    this.looks += 1;
    for (const [key, { revokedUs }] of this.issued) {
      if (revokedUs === null || !key.endsWith(` ${r.subject}`)) continue;
      const issuer = Number(key.split(' ')[0]);
      const dueUs = Math.max(revokedUs, this.togetherUs(issuer, r.at)) + this.spreadUs;
      if (r.askedUs <= dueUs) continue;
      this.revoked += 1;
      if (r.issuer !== issuer) continue;
      const sentences = [
        `${nameNode(this.program, r.at)} went by evidence of ${nameNode(this.program, issuer)} (${r.subject}) ${when(r.askedUs)}.`,
        `That was taken back ${when(revokedUs)}, and everybody should have heard of it ${when(dueUs)}.`,
      ];
      return { atUs: r.toldUs, sentences, ops: [] };
    }
    return null;
  }
}
