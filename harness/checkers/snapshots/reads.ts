/** Reads of several keys at once, and what contradicts what they promise. */
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';

export type SnapshotsResult<Certificate> = Judged<
  { readonly certificate: Certificate },
  SnapshotFault
>;

/** Operations that contradict each other, in words. */
export interface SnapshotFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
  /** The history up to and including this position shows it, and nothing shorter does. */
  readonly position: number;
}

/** In order of their returns, so that the first at fault is known first. A read of null says nothing. */
export function readsByReturn(ops: readonly Op[]): Op[] {
  return ops.filter((op) => isCompleted(op) && op.output !== null).sort((a, b) => a.ret - b.ret);
}
