/** Long forks against all pairs of reads. */
import assert from 'node:assert/strict';
import type { Op } from '../../harness/checkers/operations.ts';
import { checkForks } from '../../harness/checkers/snapshots.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Agreement } from './twin.ts';

/** Throws an AssertionError with the seed where they disagree, also on which read showed it first. */
export function agreeOnForks(cases: number): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawReads(new Prng(seed));
    const first = firstFork(ops);
    assert.equal(checkForks(ops)?.position ?? Infinity, first, `seed ${seed}`);
    tally[first === Infinity ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

/** Reads of four keys, which most of the time were written in one order. */
function drawReads(draw: Prng): Op[] {
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
