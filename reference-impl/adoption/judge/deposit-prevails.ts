/** CONSISTENCY: what alone is deposited comes to be held by every node, whatever they held before (C4). */
import {
  formatDuration,
  monitored,
  nameNode,
  policyUs,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { Trails } from './trails.ts';
import type { Trail } from './trails.ts';

const id = 'deposit-prevails';
const claim =
  'A value that has been the only one to be deposited for 40 s in quiet times is held by every node.';

/** Two half-lives until what was before is outweighed by one fresh word, and the steps across the ring. */
export function depositPrevails(boundUs = secondsUs(40)): Invariant {
  const promised = {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults; promised once the last of them, or the last start, is as long ago',
  } as const;
  return monitored(promised, (program) => new Prevailing(program, boundUs));
}

class Prevailing implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number;
  private readonly trails = new Trails();
  /** Trails that were looked at since they last changed, with the time from which that counts. */
  private readonly looked = new Map<Trail, number>();
  private checks = 0;

  constructor(program: Program, boundUs: number) {
    this.program = program;
    this.boundUs = policyUs(boundUs, program);
  }

  event(e: HistoryEvent): Explanation | null {
    const wrong = this.overdue(e.timeUs);
    this.trails.event(e);
    return wrong;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const wrong = this.overdue(endUs);
    if (wrong !== null) return wrong;
    if (this.checks === 0) return { undecided: 'no value was deposited alone for so long' };
    return `${this.checks} values that were deposited alone, each held by all`;
  }

  private overdue(nowUs: number): Explanation | null {
    for (const trail of this.trails.all.values()) {
      const sinceUs = Math.max(trail.changedUs, this.trails.troubledUs);
      if (nowUs < sinceUs + this.boundUs || this.looked.get(trail) === sinceUs) continue;
      this.looked.set(trail, sinceUs);
      const [value, ...others] = new Set(trail.deposits.values());
      if (value === undefined || others.length > 0) continue;
      this.checks += 1;
      for (const node of this.trails.upUs.keys()) {
        const held = trail.held.get(node);
        if (held === value) continue;
        return {
          atUs: nowUs,
          sentences: [
            `${value} of ${trail.key} has been deposited alone since ${formatDuration(sinceUs)} at the latest, and nothing else has happened.`,
            `${nameNode(this.program, node)} holds ${held ?? 'nothing'} ${when(nowUs)}; ${formatDuration(this.boundUs)} are enough.`,
          ],
          ops: [],
        };
      }
    }
    return null;
  }
}
