/**
 * What one member believes of another, packed into one number: `incarnation · 8 + status`.
 *
 * Statuses are numbered so that of two beliefs the greater number is the one to keep: a higher
 * incarnation wins, and at the same incarnation the worse news (SWIM §4.2; dead is not final here,
 * since a member can come back under a higher incarnation). A total order makes merging commutative,
 * associative and idempotent, so that all members converge whatever the order of their news.
 */
import { assert } from '../../harness/core/assert.ts';
import type { MemberStatus } from './observations.ts';

/** 0 is `unknown`. */
export type Cell = number;

export const unknownCell: Cell = 0;

const names = ['unknown', 'alive', 'suspect', 'dead', 'left'] as const;
const statusBits = 8;

/** 2^28 − 1: what fits beside the status into 31 bits. */
const incarnationMax = 268_435_455;

export function packCell(status: MemberStatus, incarnation: number): Cell {
  // The innermost loop: facts only when they are needed.
  if (!(incarnation >= 0 && incarnation <= incarnationMax)) {
    assert(false, 'incarnation is out of range', { incarnation });
  }
  return incarnation * statusBits + codeOf(status);
}

export function statusOf(cell: Cell): MemberStatus | 'unknown' {
  return names[cell & 7] ?? 'unknown';
}

export function incarnationOf(cell: Cell): number {
  return cell >>> 3;
}

/** Worth probing and telling: alive or suspect. */
export function isLive(cell: Cell): boolean {
  const code = cell & 7;
  return code === 1 || code === 2;
}

function codeOf(status: MemberStatus): number {
  switch (status) {
    case 'alive':
      return 1;
    case 'suspect':
      return 2;
    case 'dead':
      return 3;
    case 'left':
      return 4;
  }
}
