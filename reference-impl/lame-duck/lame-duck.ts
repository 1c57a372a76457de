/** An instance that is told to stop serves on for a while, so that whoever does not know yet loses nothing. */
import { never } from '../agent/handler-context.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { LameDuckConfig } from './config.ts';
import type { LameDuckRules } from './rules.ts';

export class LameDuck implements Part {
  private readonly io: HandlerContext;
  private readonly config: LameDuckConfig | null;
  private readonly rules: LameDuckRules;
  /** Of who was told to stop: when it may. */
  private untilUs = never;

  constructor(io: HandlerContext, config: LameDuckConfig | null, rules: LameDuckRules) {
    this.io = io;
    this.config = config;
    this.rules = rules;
  }

  get takesCalls(): boolean {
    return this.untilUs === never || this.rules.takesCalls();
  }

  stop(): void {
    if (this.config === null) return;
    this.untilUs = this.rules.untilUs(this.io.nowUs, this.config);
    this.io.wakeBy(this.untilUs);
  }

  tick(): number {
    return this.untilUs > this.io.nowUs ? this.untilUs : never;
  }

  hasStopped(): boolean {
    return this.untilUs === never || this.io.nowUs >= this.untilUs;
  }
}
