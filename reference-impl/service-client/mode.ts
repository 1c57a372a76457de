/** Calls and the modes: how many of them fail, and how many the Floor lets out. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';
import { CallGauge } from './gauge.ts';
import { CallMeasure } from './judge/measure.ts';

declare module '../mode/member.ts' {
  interface ModeInputs {
    /** Failed of all calls really sent in the window, per thousand. */
    readonly failurePermille: number;
  }
  interface ModeBehaviours {
    readonly 'service-client': CallBehaviour;
  }
}

export interface CallBehaviour {
  /** Calls to dependencies out at a time, held-open circuits or not; null: the mode sets no limit. */
  readonly callsMax: number | null;
}

export const callMode = {
  figures: {
    types: { failurePermille: 'number' },
    triggers: [
      {
        id: 'failures-majority',
        row: 'resilience',
        enters: 'floor',
        when: 'more than 50 % of the calls failed',
        holds: (i) => i.failurePermille > 500,
      },
    ],
    gauge: (_config, policy) => new CallGauge(policy),
    measure: (of) => new CallMeasure(of),
  },
  // All circuits open, yet a limit of 1: everything is rejected but one call at a time.
  behaviour: {
    target: { callsMax: null },
    degraded: { callsMax: null },
    floor: { callsMax: 1 },
    recovery: { callsMax: null },
  } satisfies Record<Mode, CallBehaviour>,
  cells: [
    {
      mode: 'floor',
      row: 'resilience',
      what: 'one call at a time past the circuits, the rest refused',
      promise: 'mode-behaviours',
    },
  ],
} satisfies ModeMember;
