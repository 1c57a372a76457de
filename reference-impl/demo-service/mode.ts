/** The demo service and the modes: in Recovery its load comes back step by step. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly 'demo-service': DemoBehaviour;
  }
}

export interface DemoBehaviour {
  /** Only the share of calls that the step of Recovery allows is made; otherwise all are. */
  readonly isRamped: boolean;
}

export const demoMode = {
  behaviour: {
    target: { isRamped: false },
    degraded: { isRamped: false },
    floor: { isRamped: false },
    recovery: { isRamped: true },
  } satisfies Record<Mode, DemoBehaviour>,
  cells: [
    { mode: 'target', row: 'load', what: 'every call is made', promise: 'mode-behaviours' },
    {
      mode: 'recovery',
      row: 'load',
      what: '10, 50, 100 % of the calls',
      promise: 'mode-behaviours',
    },
    { mode: 'recovery', row: 'load', what: 'each for 30 s', promise: 'recovery-order' },
  ],
} satisfies ModeMember;
