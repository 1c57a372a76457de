/** A program as a story has it: it takes its time to start, may hang, and may be of no use for a while. */
import type { ProbesConfig } from './config.ts';
import type { Probe } from './rules.ts';
import { isLameAt } from './judge/spells.ts';

export class SupervisedProgram {
  private readonly self: number;
  private readonly config: ProbesConfig;
  private startedUs: number;
  private bootUs: number;

  constructor(self: number, config: ProbesConfig, nowUs: number) {
    this.self = self;
    this.config = config;
    this.startedUs = nowUs;
    this.bootUs = config.bootUs;
  }

  restart(nowUs: number): void {
    this.startedUs = nowUs;
    this.bootUs = this.config.restartUs;
  }

  /** How a look at it ends. */
  passes(probe: Probe, nowUs: number): boolean {
    const isUp = nowUs - this.startedUs >= this.bootUs;
    if (probe === 'start-up') return isUp;
    const answers = isUp && !this.hangs(nowUs);
    return probe === 'liveness' ? answers : answers && !this.isLame(nowUs);
  }

  private hangs(nowUs: number): boolean {
    const { hungNode, hungAtUs } = this.config;
    return hungAtUs > 0 && this.self === hungNode && this.startedUs < hungAtUs && nowUs >= hungAtUs;
  }

  private isLame(nowUs: number): boolean {
    return this.self === this.config.lameNode && isLameAt(this.config, nowUs);
  }
}
