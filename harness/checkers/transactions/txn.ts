/** Transactions of micro-operations, as Jepsen writes them: [["r", key, value], ["append", key, value]]. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { isCompleted, type Op } from '../operations.ts';

export interface Micro {
  readonly f: 'r' | 'w' | 'append';
  readonly key: Json;
  readonly value: Json;
}

export interface Txn {
  /** Its place in the list of transactions, and its node in graphs. */
  readonly id: number;
  readonly op: Op;
  readonly micros: readonly Micro[];
  /** Reads are known only of those that committed. */
  readonly status: 'committed' | 'unknown' | 'aborted';
}

/** `happened` in order of their calls. Throws E_HISTORY for anything but lists of micro-operations. */
export function txnsOf(happened: readonly Op[], failed: readonly Op[]): Txn[] {
  const all = [
    ...happened.map((op) => ({ op, status: isCompleted(op) ? 'committed' : 'unknown' }) as const),
    ...failed.map((op) => ({ op, status: 'aborted' }) as const),
  ];
  return all.map(({ op, status }, id) => {
    const source = status === 'committed' ? op.output : op.input;
    return { id, op, status, micros: microsOf(op, source) };
  });
}

function microsOf(op: Op, value: Json): Micro[] {
  if (!Array.isArray(value)) return malformed(op, value);
  return (value as readonly Json[]).map((m) => {
    const [f, key, v] = Array.isArray(m) ? (m as readonly Json[]) : malformed(op, m);
    if (f !== 'r' && f !== 'w' && f !== 'append') return malformed(op, m);
    return { f, key: key ?? null, value: v ?? null };
  });
}

function malformed(op: Op, got: Json): never {
  throw new HarnessError(
    'E_HISTORY',
    `operation ${op.id} holds ${JSON.stringify(got).slice(0, 60)}, wanted a list of ["r"|"w"|"append", key, value]. Choose another model or mend the history.`,
  );
}
