/** MODES: nobody goes by evidence that has ended, wherever it came from (E2, I7). */
import { formatDuration, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type { Explanation, Invariant } from '../../../harness/spec.ts';
import { ClaimMonitor } from './claims.ts';
import type { Routed } from './claims.ts';

export function endedUnused(): Invariant {
  return monitored(
    {
      id: 'ended-unused',
      area: 'MODES',
      claim:
        'No node goes by evidence that was issued longer ago than its lifetime, however often it was passed on.',
      faultModel: 'any faults; clocks within the drift of the plan',
    },
    (program) => new EndedMonitor(program),
  );
}

class EndedMonitor extends ClaimMonitor {
  protected override routed(r: Routed): Explanation | null {
    if (r.issuer === null) return null;
    this.looks += 1;
    const issuedUs = this.of(r.issuer, r.subject)?.lastUs ?? -Infinity;
    // Messages on their way do not age.
    if (r.askedUs - issuedUs <= this.lifetimeUs + secondsUs(1)) return null;
    const name = nameNode(this.program, r.issuer);
    const sentences = [
      `${nameNode(this.program, r.at)} went by evidence of ${name} (${r.subject}) ${when(r.askedUs)}.`,
      `${name} issued it last ${when(issuedUs)}, for ${formatDuration(this.lifetimeUs)}.`,
    ];
    return { atUs: r.toldUs, sentences, ops: [] };
  }
}
