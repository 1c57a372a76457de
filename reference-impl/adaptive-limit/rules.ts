/** How a limit moves, as a pure decision. */
import { unreachable } from '../../harness/core/assert.ts';
import type { AdaptiveConfig } from './config.ts';

/** What one window has shown. */
export interface Window {
  readonly limit: number;
  /** What a call takes when nobody waits, and what it took now, µs; both above 0. */
  readonly quietUs: number;
  readonly tookUs: number;
  /** Calls a second that ended and what they took, µs, by the last windows: a window of 20 calls is 7 % off. */
  readonly perSecond: number;
  readonly recentUs: number;
  /** Was one not answered in time, or refused? */
  readonly hasLost: boolean;
  /** Were as many calls out as the limit lets? If not, it says nothing of what there is room for. */
  readonly isUsed: boolean;
}

export interface AdaptiveRules {
  /** The next limit, before it is kept between 1 and the most. */
  next(w: Window, c: AdaptiveConfig): number;
  /** What a call takes when nobody waits, after it was measured anew; 0: it was not known before. */
  quietUs(known: number, measured: number): number;
}

export const adaptiveRules: AdaptiveRules = {
  next(w, c) {
    const { limit, quietUs, tookUs, perSecond, recentUs, isUsed } = w;
    const toleratedUs = (quietUs * c.tolerancePermille) / 1_000;
    switch (c.by) {
      case 'aimd': {
        const isSlow = tookUs * 1_000 > quietUs * c.slowPermille;
        if (w.hasLost || isSlow) return limit / 2;
        return isUsed ? limit + 1 : limit;
      }
      case 'gradient': {
        const wanted = limit * Math.min(1, toleratedUs / tookUs) + c.queueCalls;
        return isUsed || wanted < limit ? limit + (wanted - limit) / 2 : limit;
      }
      case 'little': {
        const wanted = (perSecond * toleratedUs) / 1e6;
        // While there is no queue the rate is what the limit makes it: it says nothing yet. A queue that one
        // window alone shows may be noise, and the rate behind it is of lower limits: it would never climb.
        const hasQueue = recentUs >= 2 * toleratedUs - quietUs;
        return isUsed && !hasQueue ? Math.max(wanted, limit + 1) : wanted;
      }
      default:
        return unreachable(c.by);
    }
  },
  quietUs: (known, measured) => (known === 0 ? measured : known + (measured - known) / 4),
};
