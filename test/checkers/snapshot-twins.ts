/** Long forks and totals against all pairs of reads. */
import assert from 'node:assert/strict';
import type { Op } from '../../harness/checkers/operations.ts';
import { checkForks } from '../../harness/checkers/snapshots/forks.ts';
import type { SnapshotsResult } from '../../harness/checkers/snapshots/reads.ts';
import { checkTotals } from '../../harness/checkers/snapshots/totals.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Agreement } from './twin.ts';

/** By promise: holds the checker against its twin on so many histories. */
export const snapshotTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'long forks': (cases) => agree(cases, drawReads, checkForks, firstFork),
  totals: (cases) => agree(cases, drawBalances, checkTotals, firstWrong),
};

/** Throws an AssertionError with the seed where they disagree, also on which read showed it first. */
function agree(
  cases: number,
  drawOps: (draw: Prng) => Op[],
  check: (ops: readonly Op[]) => SnapshotsResult<unknown>,
  firstOf: (ops: readonly Op[]) => number,
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawOps(new Prng(seed));
    const first = firstOf(ops);
    const r = check(ops);
    const found = r.kind === 'violated' ? r.fault.position : Infinity;
    assert.equal(found, first, `seed ${seed}`);
    tally[first === Infinity ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

/** Reads of four keys, which most of the time were written in one order. */
export function drawReads(draw: Prng): Op[] {
  const order = draw.pick([
    [1, 2, 3, 4],
    [2, 4, 1, 3],
  ]);
  return Array.from({ length: draw.between(2, 8) }, (_, id): Op => {
    const seen = new Set(draw.chance(900) ? order.slice(0, draw.below(5)) : [draw.between(1, 4)]);
    const output = [1, 2, 3, 4].map((k): Json => ['r', k, seen.has(k) ? 1 : null]);
    const times = { call: id, ret: 10 + draw.below(90) * 10 + id, callUs: -1, retUs: -1 };
    return { id, process: id, f: 'read', key: '', input: null, output, ...times };
  });
}

/** Where the first read returned that contradicts another; Infinity: none does. */
function firstFork(ops: readonly Op[]): number {
  const written = (op: Op): string[] =>
    (op.output as [string, number, Json][]).filter((m) => m[2] === 1).map((m) => String(m[1]));
  const isWithin = (a: Op, b: Op): boolean => written(a).every((w) => written(b).includes(w));
  const pairs = ops.flatMap((a) => ops.map((b) => [a, b] as const));
  const forks = pairs.filter(([a, b]) => !isWithin(a, b) && !isWithin(b, a));
  return Math.min(...forks.map(([a, b]) => Math.max(a.ret, b.ret)));
}

/** Reads of two or three accounts of ten in all, most of the time. */
export function drawBalances(draw: Prng): Op[] {
  return Array.from({ length: draw.between(1, 6) }, (_, id): Op => {
    const [a, b] = [draw.below(6), draw.below(6)];
    const all = { a, b, c: draw.chance(950) ? 10 - a - b : draw.below(4) };
    const output: Json = draw.chance(950) ? all : { a, b: draw.chance(500) ? 10 - a : null };
    const times = { call: id, ret: 10 + draw.below(90) * 10 + id, callUs: -1, retUs: -1 };
    return { id, process: id, f: 'read', key: '', input: null, output, ...times };
  });
}

/** Where the first read returned that is wrong by itself or not like another; Infinity: none does. */
function firstWrong(ops: readonly Op[]): number {
  const balances = (op: Op): (number | null)[] => Object.values(op.output as object);
  const isWrong = (op: Op): boolean => balances(op).some((b) => b === null || b < 0);
  const total = (op: Op): number => balances(op).reduce<number>((sum, b) => sum + (b ?? 0), 0);
  const accounts = (op: Op): string => Object.keys(op.output as object).join();
  const pairs = ops.flatMap((a) => ops.map((b) => [a, b] as const));
  const differ = pairs.filter(([a, b]) => total(a) !== total(b) || accounts(a) !== accounts(b));
  const alone = ops.filter(isWrong).map((op) => op.ret);
  return Math.min(...alone, ...differ.map(([a, b]) => Math.max(a.ret, b.ret)));
}
