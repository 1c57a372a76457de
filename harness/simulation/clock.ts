/** A node's clocks: a monotonic one that may drift, and a wall clock that may jump. */
import { assert } from '../core/assert.ts';

/** What every wall clock shows at the start of a run, µs since 1970. */
const wallStartUs = 1_700_000_000_000_000;
const million = 1_000_000;

export interface ClockSkew {
  /** Gained a second, µs; negative: lost. */
  readonly ppm: number;
  /** Added to the wall clock at once. */
  readonly jumpUs: number;
}

export class Clock {
  /** True when the clock runs at the true rate and never did otherwise. */
  isTrue = true;
  private ppm = 0;
  private jumpUs = 0;
  /** The monotonic clock showed `anchorUs` at the true time `anchorTrueUs`. */
  private anchorUs = 0;
  private anchorTrueUs = 0;

  /** The monotonic reading at a true time; never goes back. */
  monotonicUs(trueUs: number): number {
    if (this.isTrue) return trueUs;
    const passed = trueUs - this.anchorTrueUs;
    return this.anchorUs + passed + Math.floor((passed * this.ppm) / million);
  }

  wallUs(trueUs: number): number {
    return wallStartUs + this.monotonicUs(trueUs) + this.jumpUs;
  }

  /** The first true time at which the monotonic clock shows `localUs`. */
  trueUs(localUs: number): number {
    if (this.isTrue) return localUs;
    const wanted = localUs - this.anchorUs;
    let passed = Math.max(0, Math.floor((wanted * million) / (million + this.ppm)) - 1);
    while (this.monotonicUs(this.anchorTrueUs + passed) < localUs) passed += 1;
    return this.anchorTrueUs + passed;
  }

  /** From now on `change` is added to the clock's rate and to what the wall shows. */
  skew(nowUs: number, change: ClockSkew): void {
    const shown = this.monotonicUs(nowUs);
    this.anchorUs = shown;
    this.anchorTrueUs = nowUs;
    this.ppm += change.ppm;
    this.jumpUs += change.jumpUs;
    assert(this.ppm > -million, 'a clock that stands still or runs back', { ppm: this.ppm });
    this.isTrue = this.ppm === 0 && shown === nowUs;
  }
}
