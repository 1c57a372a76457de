/** Locks against their brute-force twins: every moment, every pair. */
import assert from 'node:assert/strict';
import { checkExclusion } from '../../harness/checkers/locks/exclusion.ts';
import { checkFencing } from '../../harness/checkers/locks/fencing.ts';
import { checkPermits, permitsIn } from '../../harness/checkers/locks/permits.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import type { VerdictKind } from '../../harness/core/verdict.ts';
import { Prng } from '../../harness/core/prng.ts';
import { type Agreement, randomHistory, show } from './twin.ts';

/** By promise: holds the checker against its twin on so many random histories. */
export const lockTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'mutual exclusion': (cases) => agree(cases, drawHolds, checkSkewed, isExclusive),
  'permits of a semaphore': (cases) =>
    agree(cases, drawPermits, (ops) => checkPermits(ops, bounds), isBounded),
  'fencing tokens of grants': (cases) => agree(cases, drawGrants, checkFencing, tokensGrow),
  'fencing of an object': (cases) => agree(cases, drawProtected, checkFencing, isFenced),
};

/** Throws an AssertionError with the seed where they disagree. */
function agree(
  cases: number,
  drawOps: (draw: Prng) => Op[],
  check: (ops: readonly Op[]) => { readonly kind: VerdictKind },
  isLegal: (ops: readonly Op[]) => boolean,
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawOps(new Prng(seed));
    const { kind } = check(ops);
    const expected = isLegal(ops);
    const text = ops.map((o) => `${o.process}: ${show([o])} v${o.version}`).join('\n');
    // Unknown: nothing succeeded that could contradict anything.
    assert.equal(kind === 'violated', !expected, `seed ${seed}\n${text}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

export const bounds = { driftPpm: 100_000, skewUs: 1 };

function checkSkewed(ops: readonly Op[]): ReturnType<typeof checkExclusion> {
  return checkExclusion(ops, bounds);
}

/** Acquires and releases of two locks, some with leases, some with tokens, some of unknown fate. */
export function drawHolds(draw: Prng): Op[] {
  let token = 0;
  const shape = { n: 4 + draw.below(4), processes: 3, crashPermille: 200 };
  const ops = randomHistory(draw, shape, (d) => {
    if (d.chance(600)) {
      token += 1;
      const lease = d.chance(600) ? { ttlUs: 1 + d.below(14) } : null;
      return { f: 'acquire', input: lease, output: d.chance(500) ? token : null };
    }
    const input: Json = d.chance(500) ? d.below(token + 2) : null;
    return { f: 'release', input, output: null };
  });
  return ops.map((op) => ({ ...op, key: draw.pick(['a', 'a', 'a', 'b']) }));
}

/** Of semaphores with two permits. */
function drawPermits(draw: Prng): Op[] {
  const ops = drawHolds(draw);
  return ops.map((op) => {
    if (op.f !== 'acquire') return op;
    const { ttlUs = 30 } = (op.input ?? {}) as { readonly ttlUs?: number };
    return { ...op, input: { ttlUs, permits: 2 } };
  });
}

/** Is there no moment at which more permits are held for sure than there are? */
function isBounded(ops: readonly Op[]): boolean {
  return moments(ops).every((at) =>
    ['a', 'b'].every((key) => {
      const held = ops.filter((op) => op.key === key && holdsAt(op, at, ops));
      return held.every(({ input }) => held.length <= permitsIn(input));
    }),
  );
}

/** Is there no moment at which two processes hold a lock for sure? */
function isExclusive(ops: readonly Op[]): boolean {
  return moments(ops).every((at) => {
    const held = ops.filter((op) => holdsAt(op, at, ops));
    return held.every((a) => held.every((b) => a.key !== b.key || a.process === b.process));
  });
}

function moments(ops: readonly Op[]): number[] {
  return Array.from({ length: 2 * ops.length + 20 }, (_, n) => n + 0.5);
}

function holdsAt(grant: Op, at: number, ops: readonly Op[]): boolean {
  if (grant.f !== 'acquire' || grant.ret === never || at < grant.ret) return false;
  if (at > leaseEnd(grant)) return false;
  return !ops.some((op) => op.f === 'release' && op.call <= at && ends(op, grant, ops));
}

/** Until when the lease of a grant lasts for sure; Infinity: it has none. */
export function leaseEnd({ call, input }: Op): number {
  const factor = (1_000_000 - bounds.driftPpm) / (1_000_000 + bounds.driftPpm);
  const { ttlUs } = (input ?? {}) as { ttlUs?: number };
  return call + (ttlUs === undefined ? Infinity : Math.floor(ttlUs * factor) - bounds.skewUs);
}

/** Does this release speak of this grant? */
export function ends(release: Op, grant: Op, ops: readonly Op[]): boolean {
  const earlier = ops.filter(
    (op) => op.f === 'acquire' && op.ret !== never && op.call < release.call,
  );
  const onLock = earlier.filter((op) => op.key === release.key);
  const named = onLock.filter((op) => op.output !== null && op.output === release.input).at(-1);
  return (named ?? onLock.filter((op) => op.process === release.process).at(-1)) === grant;
}

export function drawGrants(draw: Prng): Op[] {
  let next = 1;
  return drawTokens(draw, (d) => {
    // Now and then one of before again.
    const output = d.chance(850) ? next++ : d.below(next);
    return { f: 'acquire', input: null, output };
  });
}

export function drawProtected(draw: Prng): Op[] {
  let next = 1;
  const ops = drawTokens(draw, (d) => {
    const token = d.chance(700) ? next++ : Math.max(0, next - d.below(3));
    const lock = d.pick(['m', 'm', 'n']);
    return { f: 'write', input: { token, lock }, output: null };
  });
  return ops.map((op, i) =>
    draw.chance(600) && op.ret !== never ? { ...op, version: i + draw.below(3) } : op,
  );
}

function drawTokens(draw: Prng, one: Parameters<typeof randomHistory>[2]): Op[] {
  return randomHistory(draw, { n: 5, processes: 3, crashPermille: 150 }, one);
}

function tokensGrow(ops: readonly Op[]): boolean {
  return everyPair(ops, (a, b) => {
    const [first, second] = [a.output as number, b.output as number];
    if (first === second) return a.process === b.process;
    return a.ret > b.call || first < second;
  });
}

function isFenced(ops: readonly Op[]): boolean {
  return everyPair(ops, (a, b) => {
    const [first, second] = [a, b].map((op) => op.input as { token: number; lock: string });
    if (first === undefined || second === undefined || first.lock !== second.lock) return true;
    const isNumbered = a.version !== undefined && b.version !== undefined;
    const isBefore = a.ret < b.call || (isNumbered && (a.version ?? 0) < (b.version ?? 0));
    return !isBefore || first.token <= second.token;
  });
}

/** Of those that succeeded. */
function everyPair(ops: readonly Op[], isLegal: (a: Op, b: Op) => boolean): boolean {
  const done = ops.filter((op) => op.ret !== never);
  return done.every((a) => done.every((b) => a === b || isLegal(a, b)));
}
