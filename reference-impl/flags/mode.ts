/** Flags and the modes: on the Floor they are off. */
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly flags: FlagBehaviour;
  }
}

export interface FlagBehaviour {
  /** Does everybody get what a flag is when it is off, whatever its rules say? */
  readonly isOff: boolean;
}

const promise = 'flags-by-mode';

export const flagMode = {
  behaviour: {
    target: { isOff: false },
    degraded: { isOff: false },
    floor: { isOff: true },
    recovery: { isOff: false },
  } satisfies Record<Mode, FlagBehaviour>,
  cells: [
    { mode: 'target', row: 'config', what: 'flags by their rules', promise },
    { mode: 'degraded', row: 'config', what: 'flags by the rules of the copy', promise },
    { mode: 'floor', row: 'config', what: 'flags are off', promise },
    { mode: 'recovery', row: 'config', what: 'flags by their rules again', promise },
  ],
} satisfies ModeMember;
