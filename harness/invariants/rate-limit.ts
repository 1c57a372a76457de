/**
 * RESILIENCE: all nodes together admit no more than the limit and what was saved (R7).
 *
 * Over operations alone, so that any limiter can be held to it. Nobody knows when within a call it was
 * admitted: the bound grows by what the limit earns in the longest call so far.
 */
import type { HistoryEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { when } from './describe.ts';
import { monitored, type RunMonitor } from './monitored.ts';
import { driftFactor } from './timeline.ts';

export interface Rate {
  readonly perSecond: number;
  /** What may be saved, in seconds of the limit. */
  readonly burstSeconds: number;
}

/** The limit of R7; a run's own (`settings.extra.rateLimit`) goes before it. */
const usual: Rate = { perSecond: 1_000, burstSeconds: 10 };

export function rateLimit(): Invariant {
  return monitored(
    {
      id: 'rate-limit',
      area: 'RESILIENCE',
      claim: 'In no interval do all nodes together admit more calls than the limit and its burst.',
      faultModel: "any faults; clocks within the plan's drift",
    },
    (program) => new RateMonitor(rateOf(program), program),
  );
}

class RateMonitor implements RunMonitor {
  private readonly perUs: number;
  private readonly burst: number;
  private readonly rate: Rate;
  private readonly askedUs = new Map<number, number>();
  /** A bucket that leaks at the limit's rate; how much is in it at `atUs`. */
  private level = 0;
  private atUs = 0;
  private longestUs = 0;
  private admitted = 0;

  constructor(rate: Rate, program: Program) {
    this.rate = rate;
    this.perUs = (rate.perSecond / 1_000_000) * driftFactor(program);
    this.burst = rate.perSecond * rate.burstSeconds;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'invoke' && e.f === 'take') this.askedUs.set(e.op, e.timeUs);
    if (e.type !== 'ok' || e.f !== 'take') return null;
    this.longestUs = Math.max(this.longestUs, e.timeUs - (this.askedUs.get(e.op) ?? 0));
    this.level = Math.max(0, this.level - (e.timeUs - this.atUs) * this.perUs) + 1;
    this.atUs = e.timeUs;
    this.admitted += 1;
    // One more, as a token is whole.
    const most = this.burst + this.longestUs * this.perUs + 1;
    if (this.level <= most) return null;
    const { perSecond, burstSeconds } = this.rate;
    return {
      atUs: e.timeUs,
      sentences: [
        `${this.admitted} calls were admitted until ${when(e.timeUs).replace('at ', '')}.`,
        `That is ${Math.ceil(this.level)} more at once than ${perSecond} a second earn; ${Math.floor(most)} may be, with ${burstSeconds} s saved.`,
      ],
      ops: [e.op],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.admitted === 0) return { undecided: 'no call was admitted' };
    return `${this.admitted} calls admitted, of ${this.askedUs.size}`;
  }
}

/** What a run says of its limit, or the limit of R7. */
export function rateOf(program: Program): Rate {
  const asked: Json | undefined = program.settings.extra['rateLimit'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return usual;
  const { perSecond, burstSeconds } = asked as Readonly<Record<string, Json>>;
  return {
    perSecond: typeof perSecond === 'number' ? perSecond : usual.perSecond,
    burstSeconds: typeof burstSeconds === 'number' ? burstSeconds : usual.burstSeconds,
  };
}
