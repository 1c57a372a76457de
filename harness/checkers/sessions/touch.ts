/** What an operation means to the session it belongs to: which value of a key it saw or made. */
import type { Json } from '../../core/host.ts';
import { identity } from '../canonical.ts';
import { unknownOperation } from '../models/unknown.ts';
import type { Op } from '../operations.ts';

export interface Touch {
  readonly op: Op;
  readonly isRead: boolean;
  /** What was read, or what was written: null by a delete. */
  readonly value: Json;
  /** The value is what a key holds before anything was written. */
  readonly isAbsent: boolean;
  /** Null where the system told none. A key that is not there has none, though some call it 0. */
  readonly version: number | null;
}

/** The four of Terry et al., "Session Guarantees for Weakly Consistent Replicated Data" (1994), section 3. */
export type Guarantee =
  'monotonic reads' | 'read your writes' | 'writes follow reads' | 'monotonic writes';

/** Operations that contradict each other, in words. */
export interface SessionFault {
  /** Null where the order of versions is known only in part: one of the four, nobody can tell which. */
  readonly guarantee: Guarantee | null;
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

/** `read` (`get`, `read-stale`), `write` (`put`), `cas` [from, to], `delete`. Throws E_HISTORY. */
export function touchOf(op: Op, initial: Json): Touch {
  const isRead = op.f === 'read' || op.f === 'get' || op.f === 'read-stale';
  const value = isRead ? op.output : written(op);
  const isAbsent = identity(value) === identity(initial);
  const told = op.version ?? null;
  return { op, isRead, value, isAbsent, version: isRead && isAbsent && told === 0 ? null : told };
}

function written(op: Op): Json {
  switch (op.f) {
    case 'write':
    case 'put':
      return op.input;
    case 'cas':
      if (!Array.isArray(op.input) || op.input.length !== 2) {
        return unknownOperation('sessions', op, 'a cas of [from, to]');
      }
      return (op.input as readonly Json[])[1] ?? null;
    case 'delete':
      return null;
    default:
      return unknownOperation('sessions', op, 'read, write, cas and delete');
  }
}
