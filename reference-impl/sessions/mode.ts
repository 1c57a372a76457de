/** Sessions and the modes: in Degraded they stay where they are. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly sessions: SessionBehaviour;
  }
}

export interface SessionBehaviour {
  /** Does a session stay where its last call went? */
  readonly isSticky: boolean;
}

const promise = 'sessions-stay';

export const sessionMode = {
  behaviour: {
    target: { isSticky: false },
    degraded: { isSticky: true },
    floor: { isSticky: false },
    recovery: { isSticky: false },
  } satisfies Record<Mode, SessionBehaviour>,
  cells: [
    { mode: 'degraded', row: 'load', what: 'sessions stay where they are', promise },
    { mode: 'degraded', row: 'load', what: 'max/avg of their calls below 2', promise },
  ],
} satisfies ModeMember;
