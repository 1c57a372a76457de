/** Keeps those who start together, or are refused together, from asking together. */
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { PacingConfig } from './config.ts';
import type { PacingRules } from './rules.ts';

export interface PacingOptions {
  /** Null: nobody waits, and nothing is drawn. */
  readonly config: PacingConfig | null;
  /** Servers and clients are few: only instances come in hundreds. */
  readonly isInstance: boolean;
  readonly rules: PacingRules;
}

export class Pacing implements Part {
  private readonly io: HandlerContext;
  private readonly o: PacingOptions;

  constructor(io: HandlerContext, options: PacingOptions) {
    this.io = io;
    this.o = options;
  }

  holdsBackUs(): number {
    const { config, isInstance, rules } = this.o;
    if (config === null || !isInstance) return 0;
    return rules.startsAfterUs(config, (bound) => this.io.random(bound));
  }

  /** How long the next try waits after `tries` without an answer, µs; the first waits `usualUs`. */
  pauseUs(tries: number, usualUs: number): number {
    const { config, rules } = this.o;
    if (config === null || tries === 0) return usualUs;
    return rules.pauseUs(tries, usualUs, config, (bound) => this.io.random(bound));
  }
}
