/** Long fork: of two reads of the same keys, each sees a write that the other does not. O(n log n). */
import { assert } from '../../core/assert.ts';
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import type { Op } from '../operations.ts';
import { nameOp } from '../words.ts';
import { readsByReturn, type SnapshotFault, type SnapshotsResult } from './reads.ts';
import { refuteWriteOrders, type WriteOrders } from './replay/write-orders.ts';

/**
 * Reads that are ordered by inclusion form a chain, so neighbours by size are enough. Reads are lists
 * of ["r", key, value], keys are written once.
 */
export function checkForks(ops: readonly Op[]): SnapshotsResult<WriteOrders> {
  const chains = new Map<string, Seen[]>();
  for (const op of readsByReturn(ops)) {
    if (!Array.isArray(op.output)) continue;
    const micros = (op.output as readonly Json[]).filter((m) => Array.isArray(m) && m[0] === 'r');
    if (micros.length < 2) continue;
    const seen = micros as readonly (readonly Json[])[];
    const keys = seen.map((m) => canonical(m[1] ?? null)).sort();
    const written = seen.filter((m) => (m[2] ?? null) !== null);
    const writes = new Set(written.map((m) => canonical([m[1] ?? null, m[2] ?? null])));
    const chain = chains.get(keys.join()) ?? [];
    chains.set(keys.join(), chain);
    const fault = addTo(chain, { op, writes });
    if (fault !== null) return { kind: 'violated', fault };
  }
  if (chains.size === 0) return { kind: 'unknown', reason: 'no read of several keys completed' };
  const orders = new Map([...chains].map(([keys, chain]) => [keys, orderOf(chain)]));
  const certificate: WriteOrders = { kind: 'write-orders', orders };
  const refuted = refuteWriteOrders(ops, certificate);
  assert(refuted === null, 'an order of writes replays', { refuted });
  return { kind: 'holds', certificate };
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

/** What the smaller reads saw was written before what only larger ones saw. */
function orderOf(chain: readonly Seen[]): string[] {
  return [...new Set(chain.flatMap(({ writes }) => [...writes]))];
}
