/** When an instance asks the registry, and when it asks again. */
import type { PacingConfig } from './config.ts';

/** Whole, 0 … bound - 1. */
type Draw = (bound: number) => number;

export interface PacingRules {
  /** How long an instance that starts waits before it asks for anything, µs. */
  startsAfterUs(config: PacingConfig, random: Draw): number;
  /** How long an answer is waited for after `tries` tries without one, µs, where the first waits `usualUs`. */
  pauseUs(tries: number, usualUs: number, config: PacingConfig, random: Draw): number;
}

export const pacingRules: PacingRules = {
  startsAfterUs: ({ spreadUs }, random) => (spreadUs === 0 ? 0 : random(spreadUs)),
  pauseUs(tries, usualUs, { pauseUsMax }, random) {
    const mostUs = Math.min(usualUs * 2 ** tries, pauseUsMax);
    if (mostUs <= usualUs) return usualUs;
    const certainUs = Math.max(usualUs, mostUs >> 1);
    return certainUs + random(mostUs - certainUs + 1);
  },
};
