/**
 * Whether a node flaps: one cause that never went in between worsens its mode again and again.
 *
 * Each of these changes may be within what slack allows; together they show that the node does not
 * wait for a cause to go. A node that keeps the settled time makes no such change at all, unless a
 * figure stays within slack of its threshold for that long: hence a few are allowed.
 */
import type { ModeTrigger } from '../member.ts';
import type { Measure } from './measure.ts';
import type { ModeParameters } from './parameters.ts';

interface Cause {
  readonly trigger: ModeTrigger;
  /** When it worsened the mode without having been seen to go before; the first time included. */
  readonly timesUs: readonly number[];
  isGone: boolean;
}

export class Flaps {
  private readonly p: ModeParameters;
  /** Of each trigger that worsened the mode lately. */
  private readonly causes = new Map<string, Cause>();

  constructor(p: ModeParameters) {
    this.p = p;
  }

  /** Looks which causes have gone by what was observed. */
  look(measure: Measure, timeUs: number): void {
    for (const cause of this.causes.values()) {
      if (!cause.isGone && !measure.mayHold(cause.trigger, timeUs)) cause.isGone = true;
    }
  }

  /** The mode got worse because of `trigger`. How often and since when, if that is too often. */
  worse(
    trigger: ModeTrigger,
    timeUs: number,
  ): { readonly times: number; readonly sinceUs: number } | null {
    const known = this.causes.get(trigger.id);
    const before = known === undefined || known.isGone ? [] : known.timesUs;
    const timesUs = [...before.filter((us) => us > timeUs - this.p.flapUs), timeUs];
    this.causes.set(trigger.id, { trigger, timesUs, isGone: false });
    const [sinceUs] = timesUs;
    if (sinceUs === undefined || timesUs.length <= this.p.flapsMax + 1) return null;
    return { times: timesUs.length, sinceUs };
  }
}
