/** EFFICIENCY: a limit is a limit and no loss: where twice as much is asked, it is used up (R7), also in parts. */
import { secondsUs } from '../core/duration.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { when } from './describe.ts';
import { monitored, type RunMonitor } from './monitored.ts';
import { rateOf } from './rate-limit.ts';
import { driftFactor } from './timeline.ts';

/** Looked at as a whole, µs: long enough for every share to be earned, given away and spent. */
const windowS = 3;
const windowUs = secondsUs(windowS);
/** At least this part of the limit is admitted, in hundredths. */
const usedPercent = 80;
/** Faults that lose no node's share for good. */
const harmless = new Set(['partition', 'latency']);

export function limitUsed(): Invariant {
  return monitored(
    {
      id: 'limit-used',
      area: 'EFFICIENCY',
      claim: `While twice the limit is asked, at least ${usedPercent} % of it is used in each ${windowS} s.`,
      faultModel: 'latency; partitions, if each part is asked for twice its share of the limit',
    },
    (program) => new UseMonitor(program),
  );
}

class UseMonitor implements RunMonitor {
  private readonly perWindow: number;
  private readonly isOutside: boolean;
  private window = { fromUs: 0, asked: 0, admitted: 0 };
  private windows = 0;

  constructor(program: Program) {
    this.perWindow = (rateOf(program).perSecond * windowS) / driftFactor(program);
    this.isOutside = program.faults.some((f) => !harmless.has(f.kind));
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.isOutside || !('f' in e) || e.f !== 'take') return null;
    const broken = e.timeUs < this.window.fromUs + windowUs ? null : this.close(e.timeUs);
    if (e.type === 'invoke') this.window.asked += 1;
    else if (e.type === 'ok') this.window.admitted += 1;
    return broken;
  }

  private close(nowUs: number): Explanation | null {
    const { fromUs, asked, admitted } = this.window;
    const endsUs = fromUs + windowUs;
    this.window = { fromUs: Math.max(endsUs, nowUs), asked: 0, admitted: 0 };
    if (asked < 2 * this.perWindow) return null;
    this.windows += 1;
    if (admitted >= (usedPercent / 100) * this.perWindow) return null;
    return {
      atUs: endsUs,
      sentences: [
        `In the ${windowS} s before ${when(endsUs).replace('at ', '')} ${asked} calls were made and ${admitted} admitted.`,
        `The limit is ${Math.round(this.perWindow)} in that time.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.isOutside) return { undecided: 'nodes lose their share of the limit by these faults' };
    if (this.windows === 0)
      return { undecided: `never was twice the limit asked for ${windowS} s` };
    return `${this.windows} times ${windowS} s in which twice the limit was asked`;
  }
}
