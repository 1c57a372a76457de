/** Reads of several keys at once: totals that must not change, and forks that must not show. */
import type { Json } from '../core/host.ts';
import { canonical } from './canonical.ts';
import { isCompleted, type Op } from './operations.ts';
import { nameOp } from './words.ts';

/** Operations that contradict each other, in words; null: none. */
export interface SnapshotFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

/** Every read of {account: balance, …} has the same sum, and no balance is negative. */
export function checkTotals(ops: readonly Op[]): SnapshotFault | null {
  let first: { op: Op; total: number } | null = null;
  for (const op of ops) {
    if (op.f !== 'read' || !isCompleted(op)) continue;
    const balances = Object.entries((op.output ?? {}) as Readonly<Record<string, Json>>);
    const total = balances.reduce((sum, [, b]) => sum + Number(b ?? 0), 0);
    const debt = balances.find(([, b]) => Number(b ?? 0) < 0);
    if (debt !== undefined) {
      const sentence = `process ${op.process} read ${canonical(debt[1])} in account ${debt[0]}: a balance may not be negative.`;
      return { ops: [op], sentences: [sentence] };
    }
    first ??= { op, total };
    if (total === first.total) continue;
    return {
      ops: [first.op, op],
      sentences: [
        `process ${first.op.process} read ${first.total} in all accounts together.`,
        `process ${op.process} read ${total}: transfers do not change the sum.`,
      ],
    };
  }
  return null;
}

/**
 * Long fork: of two reads of the same keys, each sees a write that the other does not. Reads that are
 * ordered by inclusion form a chain, so neighbours by size are enough. Reads are lists of
 * ["r", key, value], keys are written once.
 */
export function checkForks(ops: readonly Op[]): SnapshotFault | null {
  const groups = new Map<string, { op: Op; seen: Set<string> }[]>();
  for (const op of ops) {
    if (!isCompleted(op) || !Array.isArray(op.output)) continue;
    const micros = (op.output as readonly Json[]).filter((m) => Array.isArray(m) && m[0] === 'r');
    if (micros.length < 2) continue;
    const reads = micros as readonly (readonly Json[])[];
    const keys = reads.map((m) => canonical(m[1] ?? null)).sort();
    const written = reads.filter((m) => (m[2] ?? null) !== null);
    const seen = new Set(written.map((m) => canonical([m[1] ?? null, m[2] ?? null])));
    const group = groups.get(keys.join()) ?? [];
    groups.set(keys.join(), group);
    group.push({ op, seen });
  }
  for (const group of groups.values()) {
    group.sort((a, b) => a.seen.size - b.seen.size);
    for (let i = 1; i < group.length; i++) {
      const [a, b] = [group[i - 1], group[i]];
      if (a === undefined || b === undefined) continue;
      const onlyA = [...a.seen].find((w) => !b.seen.has(w));
      const onlyB = [...b.seen].find((w) => !a.seen.has(w));
      if (onlyA === undefined || onlyB === undefined) continue;
      return {
        ops: [a.op, b.op],
        sentences: [
          `${nameOp(a.op)} saw the write ${onlyA} and not ${onlyB}.`,
          `${nameOp(b.op)} saw ${onlyB} and not ${onlyA}: no one order of the writes explains both.`,
        ],
      };
    }
  }
  return null;
}
