/** CONSISTENCY: what nobody deposits any more is gone from everywhere, though nobody takes it away (C4). */
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

const id = 'withdrawn-evaporates';
const claim = 'A value that nobody has deposited for 65 s is held by nobody.';

/** A minute, and time for each node to look. */
export function withdrawnEvaporates(boundUs = secondsUs(65)): Invariant {
  const promised = {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults, of clocks such as are in the plan',
  } as const;
  return monitored(promised, (program) => new Evaporating(program, boundUs));
}

interface Gone {
  readonly trail: Trail;
  readonly value: string;
  readonly sinceUs: number;
}

class Evaporating implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number;
  private readonly trails = new Trails();
  /** In the order in which they were withdrawn. */
  private gone: Gone[] = [];
  private lateUs = 0;
  private checks = 0;

  constructor(program: Program, boundUs: number) {
    this.program = program;
    this.boundUs = policyUs(boundUs, program);
  }

  event(e: HistoryEvent): Explanation | null {
    const wrong = this.overdue(e.timeUs);
    if (e.type === 'stall') this.lateUs += e.lateUs;
    for (const { trail, gone } of this.trails.event(e)) {
      if (gone !== null) this.gone.push({ trail, value: gone, sinceUs: e.timeUs });
    }
    // Whoever deposits it again starts all anew.
    this.gone = this.gone.filter((g) => ![...g.trail.deposits.values()].includes(g.value));
    return wrong;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const wrong = this.overdue(endUs);
    if (wrong !== null) return wrong;
    if (this.checks === 0) return { undecided: 'no value was withdrawn so long ago' };
    return `${this.checks} values that were withdrawn, each held by nobody`;
  }

  private overdue(nowUs: number): Explanation | null {
    for (let g = this.gone[0]; g !== undefined; g = this.gone[0]) {
      const { trail, value, sinceUs } = g;
      if (nowUs < sinceUs + this.boundUs + this.lateUs) return null;
      this.gone.shift();
      this.checks += 1;
      const holder = [...trail.held].find(([, held]) => held === value);
      if (holder === undefined) continue;
      return {
        atUs: nowUs,
        sentences: [
          `Nobody has deposited ${value} of ${trail.key} since ${formatDuration(sinceUs)}.`,
          `${nameNode(this.program, holder[0])} still holds it ${when(nowUs)}, ${formatDuration(nowUs - sinceUs)} later.`,
        ],
        ops: [],
      };
    }
    return null;
  }
}
