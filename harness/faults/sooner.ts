/** Faults that come sooner, as what came before them in a sequence was over before its time. */
import type { Awaited, Fault } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import { Lookout } from './sighting.ts';

/** How much sooner a fault comes. */
export class Gain {
  /** µs so far. */
  byUs = 0;
  private readonly rest: Awaited[];
  private readonly readyUs: number;
  private lookout: Lookout | null = null;

  /** The plan's times count from `readyUs`. */
  constructor(sooner: readonly Awaited[], readyUs: number) {
    this.rest = [...sooner];
    this.readyUs = readyUs;
  }

  /** To be called with every event, in order: does it come sooner than was known? */
  event(e: HistoryEvent): boolean {
    for (let wait = this.rest[0]; wait !== undefined; wait = this.rest[0]) {
      const from = this.readyUs - this.byUs;
      const restUs = from + wait.untilUs - e.timeUs;
      if (restUs > 0) {
        this.lookout ??= new Lookout(wait.sighting, from + wait.fromUs);
        if (!this.lookout.event(e)) return false;
        this.byUs += restUs;
      }
      this.rest.shift();
      this.lookout = null;
      if (restUs > 0) return true;
    }
    return false;
  }
}

/** When it can begin at the soonest, µs. */
export function soonestUs({ atUs, sooner = [] }: Fault): number {
  return atUs - sooner.reduce((us, w) => us + w.untilUs - w.fromUs, 0);
}

/** Where the whole story begins so much later. */
export function begunLater(f: Fault, shiftUs: number): Fault {
  const at = (us: number): number => Math.max(0, us - shiftUs);
  const moved = { ...f, atUs: at(f.atUs), untilUs: f.untilUs - shiftUs };
  if (f.sooner === undefined) return moved;
  const sooner = f.sooner
    .filter((w) => w.untilUs > shiftUs)
    .map((w) => ({ ...w, fromUs: at(w.fromUs), untilUs: w.untilUs - shiftUs }));
  return { ...moved, sooner };
}
