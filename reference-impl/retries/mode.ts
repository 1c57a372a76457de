/** Retries and the modes: who is on the Floor fails fast. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly retries: RetryBehaviour;
  }
}

export interface RetryBehaviour {
  /** Is a call that failed tried again? */
  readonly isRetrying: boolean;
}

export const retryMode = {
  behaviour: {
    target: { isRetrying: true },
    degraded: { isRetrying: true },
    floor: { isRetrying: false },
    recovery: { isRetrying: true },
  } satisfies Record<Mode, RetryBehaviour>,
  cells: [
    { mode: 'floor', row: 'load', what: 'nothing is tried again', promise: 'no-retries-on-floor' },
  ],
} satisfies ModeMember;
