/** Circuits and the modes: how many tripped, and that the Floor holds all of them open. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeCell, ModeMember } from '../mode/member.ts';
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

const cell = (mode: Mode, what: string, promise: string): ModeCell => ({
  mode,
  row: 'resilience',
  what,
  promise,
});

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
  cells: [
    cell('target', 'circuits closed on entry', 'recovery-order'),
    cell('target', 'left after more than 3 trips a minute', 'mode-transitions'),
    cell('degraded', 'circuits open by failures alone', 'resilience'),
    cell('degraded', 'the mode holds none open', 'mode-behaviours'),
    cell('floor', 'circuits held open', 'mode-behaviours'),
    cell('recovery', 'held circuits are half open', 'resilience'),
    cell('recovery', 'they close on probes before the ramp', 'recovery-order'),
  ],
} satisfies ModeMember;
