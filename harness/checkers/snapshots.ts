/**
 * Reads of several keys at once: totals that must not change, and forks that must not show. Reads are
 * taken in the order of their returns, so that the first one at fault is known first.
 */
import { HarnessError } from '../core/errors.ts';
import type { Json } from '../core/host.ts';
import { canonical } from './canonical.ts';
import { isCompleted, type Op } from './operations.ts';
import { nameOp } from './words.ts';

/** Operations that contradict each other, in words. */
export interface SnapshotFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
  /** The history up to and including this position shows it, and nothing shorter does. */
  readonly position: number;
}

/**
 * Every read of {account: balance, …} has the same accounts and the same sum, and no balance is missing
 * or negative. Null: none is at fault. Throws E_HISTORY for a read of anything else.
 */
export function checkTotals(ops: readonly Op[]): SnapshotFault | null {
  let first: { op: Op; total: number; accounts: ReadonlySet<string> } | null = null;
  for (const op of readsByReturn(ops.filter((o) => o.f === 'read'))) {
    const balances = balancesOf(op);
    const fault = (sentence: string): SnapshotFault => ({
      ops: [op],
      sentences: [`process ${op.process} read ${sentence}`],
      position: op.ret,
    });
    let total = 0;
    for (const [account, balance] of balances) {
      if (balance === null) return fault(`no balance in account ${account}.`);
      if (balance < 0) {
        return fault(`${balance} in account ${account}: a balance may not be negative.`);
      }
      if (first !== null && !first.accounts.has(account)) {
        return fault(`account ${account}, which the first read did not have.`);
      }
      total += balance;
    }
    first ??= { op, total, accounts: new Set(balances.map(([account]) => account)) };
    if (total === first.total) continue;
    return {
      ops: [first.op, op],
      sentences: [
        `process ${first.op.process} read ${first.total} in all accounts together.`,
        `process ${op.process} read ${total}: transfers do not change the sum.`,
      ],
      position: op.ret,
    };
  }
  return null;
}

function balancesOf(op: Op): (readonly [string, number | null])[] {
  const { output } = op;
  const isRecord = output !== null && typeof output === 'object' && !Array.isArray(output);
  if (!isRecord) return wrong(op);
  return Object.entries(output as Readonly<Record<string, Json>>).map(([account, balance]) =>
    balance === null || typeof balance === 'number' ? [account, balance] : wrong(op),
  );
}

function wrong(op: Op): never {
  throw new HarnessError(
    'E_HISTORY',
    `operation ${op.id} read ${canonical(op.output).slice(0, 60)}, model bank wants {account: balance, …}. Choose another model or mend the history.`,
  );
}

/**
 * Long fork: of two reads of the same keys, each sees a write that the other does not. Reads that are
 * ordered by inclusion form a chain, so neighbours by size are enough. Reads are lists of
 * ["r", key, value], keys are written once.
 */
export function checkForks(ops: readonly Op[]): SnapshotFault | null {
  const chains = new Map<string, Seen[]>();
  for (const op of readsByReturn(ops)) {
    if (!Array.isArray(op.output)) continue;
    const micros = (op.output as readonly Json[]).filter((m) => Array.isArray(m) && m[0] === 'r');
    if (micros.length < 2) continue;
    const reads = micros as readonly (readonly Json[])[];
    const keys = reads.map((m) => canonical(m[1] ?? null)).sort();
    const written = reads.filter((m) => (m[2] ?? null) !== null);
    const writes = new Set(written.map((m) => canonical([m[1] ?? null, m[2] ?? null])));
    const chain = chains.get(keys.join()) ?? [];
    chains.set(keys.join(), chain);
    const fault = addTo(chain, { op, writes });
    if (fault !== null) return fault;
  }
  return null;
}

interface Seen {
  readonly op: Op;
  readonly writes: ReadonlySet<string>;
}

/** Puts a read into its place by size, between two that it must agree with. */
function addTo(chain: Seen[], read: Seen): SnapshotFault | null {
  let [low, high] = [0, chain.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((chain[mid] as Seen).writes.size <= read.writes.size) low = mid + 1;
    else high = mid;
  }
  chain.splice(low, 0, read);
  for (const other of [chain[low - 1], chain[low + 1]]) {
    if (other === undefined) continue;
    const mine = [...read.writes].find((w) => !other.writes.has(w));
    const its = [...other.writes].find((w) => !read.writes.has(w));
    if (mine === undefined || its === undefined) continue;
    return {
      ops: [other.op, read.op].sort((a, b) => a.call - b.call),
      sentences: [
        `${nameOp(other.op)} saw the write ${its} and not ${mine}.`,
        `${nameOp(read.op)} saw ${mine} and not ${its}: no one order of the writes explains both.`,
      ],
      position: read.op.ret,
    };
  }
  return null;
}

/** A read of null says nothing. */
function readsByReturn(ops: readonly Op[]): Op[] {
  return ops.filter((op) => isCompleted(op) && op.output !== null).sort((a, b) => a.ret - b.ret);
}
