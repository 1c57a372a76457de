/** Admission and the modes: how many of its places an instance fills, and what it tells its callers. */
import type { Signal } from '../agent/wire.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeMember } from '../mode/member.ts';

declare module '../mode/member.ts' {
  interface ModeBehaviours {
    readonly admission: AdmissionBehaviour;
  }
}

export interface AdmissionBehaviour {
  /**
   * Of its workers, per thousand, that may be at work, and one at least. What Target keeps free is there for the
   * calls of instances that are missing in Degraded.
   */
  readonly usedPermille: number;
  /** Callers are told this or worse. */
  readonly signal: Signal;
  /** May a call wait that finds no place? */
  readonly mayWait: boolean;
  /** In Recovery the places come back with the share of its steps, and calls may wait again when all is back. */
  readonly isRamped: boolean;
}

const usual = { mayWait: true, isRamped: false };

export const admissionMode = {
  behaviour: {
    target: { ...usual, usedPermille: 800, signal: 'ok' },
    degraded: { ...usual, usedPermille: 950, signal: 'slow-down' },
    floor: { ...usual, usedPermille: 0, signal: 'reject', mayWait: false },
    recovery: { usedPermille: 800, signal: 'slow-down', mayWait: false, isRamped: true },
  } satisfies Record<Mode, AdmissionBehaviour>,
  cells: [
    cell('target', 'OK while a place is free, 80 % of the places at most'),
    cell('degraded', 'SLOW_DOWN at least, 95 % of the places at most'),
    cell('floor', 'REJECT, and one call at a time'),
    cell('recovery', 'queues are drained: nobody waits anew before all of the load is back'),
    cell('recovery', 'places come back by 10, 50, 100 %'),
  ],
} satisfies ModeMember;

function cell(mode: Mode, what: string): NonNullable<ModeMember['cells']>[number] {
  return { mode, row: 'resilience', what, promise: 'admission-by-mode' };
}

/** Places that may be filled of so many workers, in a mode and at this step of Recovery. */
export function placesOf(
  workers: number,
  { usedPermille, isRamped }: AdmissionBehaviour,
  sharePermille: number,
): number {
  const share = isRamped ? sharePermille : 1_000;
  return Math.max(1, Math.floor((workers * usedPermille * share) / 1_000_000));
}
