/** What an instance decides that is to stop. */
import type { LameDuckConfig } from './config.ts';

export interface LameDuckRules {
  /** Until when it serves, when it is told to stop now. */
  untilUs(nowUs: number, c: LameDuckConfig): number;
  /** Does it take calls that come from then on? */
  takesCalls(): boolean;
}

export const lameDuckRules: LameDuckRules = {
  untilUs: (nowUs, { forUs }) => nowUs + forUs,
  // Whoever sends one does not know yet.
  takesCalls: () => true,
};
