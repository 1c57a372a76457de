/** Circuits and the modes: how many tripped, and that the Floor holds all of them open. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';
import { BreakerGauge } from './gauge.ts';
import { BreakerMeasure } from './judge/measure.ts';

declare module '../mode/member.ts' {
  interface ModeInputs {
    /** Circuits that opened in the last minute. */
    readonly tripsPerMinute: number;
  }
  interface ModeBehaviours {
    readonly breaker: BreakerBehaviour;
  }
}

export interface BreakerBehaviour {
  /** Every circuit is held open. */
  readonly isForcedOpen: boolean;
}

export const breakerMode = {
  figures: {
    types: { tripsPerMinute: 'number' },
    triggers: [
      {
        id: 'trips',
        row: 'resilience',
        enters: 'degraded',
        when: 'more than 3 circuits opened in a minute',
        holds: (i) => i.tripsPerMinute > 3,
      },
    ],
    gauge: (_config, policy) => new BreakerGauge(policy),
    measure: (of) => new BreakerMeasure(of),
  },
  behaviour: {
    target: { isForcedOpen: false },
    degraded: { isForcedOpen: false },
    floor: { isForcedOpen: true },
    recovery: { isForcedOpen: false },
  } satisfies Record<Mode, BreakerBehaviour>,
} satisfies ModeMember;
