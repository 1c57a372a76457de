/** Health checks and the modes: how many fail, and that nobody is checked on the Floor. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';
import { CheckGauge } from './gauge.ts';
import { CheckMeasure } from './judge/measure.ts';

declare module '../mode/member.ts' {
  interface ModeInputs {
    /** Failed of all health checks in the window, per thousand. */
    readonly checkFailurePermille: number;
  }
  interface ModeBehaviours {
    readonly 'health-checks': CheckBehaviour;
  }
}

export interface CheckBehaviour {
  /** Are the instances that the node depends on checked? If not, all are assumed to be well. */
  readonly isChecked: boolean;
}

export const checkMode = {
  figures: {
    types: { checkFailurePermille: 'number' },
    triggers: [
      {
        id: 'checks-failing',
        row: 'discovery',
        enters: 'degraded',
        when: 'more than 10 % of the health checks failed',
        holds: (i) => i.checkFailurePermille > 100,
      },
    ],
    gauge: (config) => new CheckGauge(config),
    measure: (of) => new CheckMeasure(of),
  },
  behaviour: {
    target: { isChecked: true },
    degraded: { isChecked: true },
    floor: { isChecked: false },
    recovery: { isChecked: true },
  } satisfies Record<Mode, CheckBehaviour>,
  cells: [
    { mode: 'target', row: 'discovery', what: 'checks on', promise: 'mode-behaviours' },
    { mode: 'floor', row: 'discovery', what: 'nobody is checked', promise: 'mode-behaviours' },
  ],
} satisfies ModeMember;
