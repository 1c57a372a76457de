/** EFFICIENCY: when nothing has changed for a while, all members have one ring, of all who are up (W1, D7). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import { Views } from './views.ts';

/** Gossip notices a death, buries it and has told everybody within this, µs. */
const settleUs = 30_000_000;

export function ringAgrees(): Invariant {
  return monitored(
    {
      id: 'ring-agrees',
      area: 'EFFICIENCY',
      claim:
        'A while after the last member came or went, all of them tell the same checksum, of a ring of all who are up.',
      faultModel: 'crashes; other faults that are over',
    },
    (program) => new AgreementMonitor(program),
  );
}

class AgreementMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly views = new Views();
  private changedUs = 0;
  private readonly inForce = new Set<number>();
  private isJudged = false;
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    const broken = this.look(e.timeUs);
    if (broken !== null) return broken;
    this.views.event(e);
    if (e.type === 'fault' && e.kind !== 'crash') {
      if (e.phase === 'begin') this.inForce.add(e.fault);
      else this.inForce.delete(e.fault);
    }
    if (e.type === 'fault' || e.type === 'node') {
      this.changedUs = e.timeUs;
      this.isJudged = false;
    }
    return null;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const broken = this.look(endUs);
    if (broken !== null) return broken;
    if (this.judged === 0) return { undecided: 'something changed all the time' };
    return `${this.judged} times nothing had changed for 30 s`;
  }

  private look(atUs: number): Explanation | null {
    if (this.isJudged || this.inForce.size > 0 || atUs < this.changedUs + settleUs) return null;
    const { all, agreedSinceUs } = this.views;
    if ([...all.values()].every((v) => v === null)) return null;
    this.isJudged = true;
    this.judged += 1;
    if (agreedSinceUs !== null && [...all.values()].every((v) => v?.size === all.size)) return null;
    const told = [...all].map(
      ([node, v]) => `${nameNode(this.program, node)} ${v?.checksum ?? 'none'} of ${v?.size ?? 0}`,
    );
    return {
      atUs,
      sentences: [
        `Nothing had changed for 30 s ${when(atUs)}, and ${all.size} members were up.`,
        `The checksums of their rings: ${told.join(', ')}.`,
      ],
      ops: [],
    };
  }
}
