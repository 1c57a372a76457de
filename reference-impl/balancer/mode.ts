/** Balancing and the modes: on the Floor nothing is known of load. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly balancer: BalancerBehaviour;
  }
}

export interface BalancerBehaviour {
  readonly isRoundRobin: boolean;
}

export const balancerMode = {
  behaviour: {
    target: { isRoundRobin: false },
    degraded: { isRoundRobin: false },
    floor: { isRoundRobin: true },
    recovery: { isRoundRobin: false },
  } satisfies Record<Mode, BalancerBehaviour>,
  cells: [
    { mode: 'target', row: 'load', what: 'max/avg below 1.2', promise: 'efficiency' },
    {
      mode: 'floor',
      row: 'load',
      what: 'round robin: no instance gets two in a row past another',
      promise: 'mode-behaviours',
    },
  ],
} satisfies ModeMember;
