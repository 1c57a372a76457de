/** Registries against their brute-force twins: every moment, every way in which renewals may have come. */
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import { checkFound, checkGone } from '../../harness/checkers/registrations/told.ts';
import type { Prng } from '../../harness/core/prng.ts';
import { bounds, holdAgainst, leaseEndUs } from './moments.ts';
import { type Agreement, randomHistory } from './twin.ts';

/** By promise: holds the checker against its twin on so many random histories. */
export const registrationTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'registered found': (cases) =>
    holdAgainst(
      cases,
      drawRegistrations,
      (ops) => checkFound(ops, { bounds: registry, driftPpm: bounds.driftPpm }),
      (ops) => isFound(ops),
    ),
  'ended not found': (cases) =>
    holdAgainst(cases, drawRegistrations, (ops) => checkGone(ops, { bounds: registry }), isGone),
  'ended not found, after faults': (cases) =>
    holdAgainst(
      cases,
      drawRegistrations,
      (ops) => checkGone(ops, { bounds: registry, faults: [fault] }),
      (ops) => isGone(ops, fault),
    ),
  'registered found, each answers by what it knows': (cases) =>
    holdAgainst(
      cases,
      drawRegistrations,
      (ops) => {
        const { driftPpm } = bounds;
        return checkFound(ops, { bounds: { ...registry, settleUs }, driftPpm, faults: [earlier] });
      },
      (ops) => isFound(ops, unsettledBy(earlier)),
    ),
  'ended not found, each answers by what it knows': (cases) =>
    holdAgainst(
      cases,
      drawRegistrations,
      (ops) => checkGone(ops, { bounds: { ...registry, settleUs }, faults: [later] }),
      (ops) => isGone(ops, later, unsettledBy(later)),
    ),
};

const registry = { staleUs: 1, expiryUs: 2 };
const fault = { fromUs: 3, toUs: 6 };
/** Before a history begins: what comes first in it is excused, and what comes late is not. */
const earlier = { fromUs: -10, toUs: -8 };
/** The other way round. */
const later = { fromUs: 7, toUs: 8 };
/** Longer than what all bounds make together. */
const settleUs = 4;

type Excused = (look: Op, r: Op) => boolean;
const never: Excused = () => false;

/** Whatever part of a look-up came while peers could not know the same. */
function unsettledBy(trouble: typeof fault): Excused {
  return (look, r) => {
    const end = trouble.toUs + ttlOf(r) + settleUs;
    return !(look.ret <= trouble.fromUs || look.call > end);
  };
}

export function drawRegistrations(draw: Prng): Op[] {
  let next = 1;
  // Half of them of one instance alone, whose lease is renewed again and again.
  const isNarrow = draw.chance(500);
  const shape = { n: 4 + draw.below(5), processes: 3, crashPermille: isNarrow ? 350 : 200 };
  const ops = randomHistory(draw, shape, (d) => {
    const some = isNarrow ? 1 : 1 + d.below(Math.max(1, next));
    switch (isNarrow && next > 1 ? d.pick([3, 3, 3, 4, 5, 6, 7]) : d.below(8)) {
      case 0:
      case 1:
      case 2: {
        const instance = d.pick(['i', 'i', 'j']);
        return {
          f: 'register',
          input: { instance, ttlUs: isNarrow ? 1 + d.below(6) : 4 + d.below(16) },
          output: next++,
        };
      }
      case 3:
        return { f: 'renew', input: some, output: null };
      case 4:
        return { f: 'deregister', input: some, output: null };
      default:
        return { f: 'discover', input: null, output: ['i', 'j'].filter(() => d.chance(400)) };
    }
  });
  return ops.map((op) => ({ ...op, key: isNarrow ? 'a' : draw.pick(['a', 'a', 'a', 'b']) }));
}

function isFound(ops: readonly Op[], isExcused = never): boolean {
  return looks(ops).every((look) => {
    const found = look.output as readonly string[];
    // It must have been there a little before, all the time, and a little after.
    const [from, to] = [look.call - registry.staleUs - 0.5, look.ret + 0.5];
    const asked = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    return registersOf(look, ops).every(
      (r) =>
        found.includes(instanceOf(r)) ||
        isExcused(look, r) ||
        !asked.every((at) => isThereAt(r, at, ops)),
    );
  });
}

/** Is it there for sure? */
function isThereAt(r: Op, at: number, ops: readonly Op[]): boolean {
  if (!isCompleted(r) || at < r.ret) return false;
  const { left, renewals } = about(r, ops);
  const isAnew = registersOf(r, ops).some(
    (other) => other.call > r.call && other.call < at && instanceOf(other) === instanceOf(r),
  );
  if (isAnew || left.some((op) => op.call < at)) return false;
  const confirmed = [r, ...renewals.filter(isCompleted)];
  return confirmed.some((op) => at < leaseEndUs(op.call, ttlOf(r)));
}

function isGone(ops: readonly Op[], trouble?: typeof fault, isExcused = never): boolean {
  return looks(ops).every((look) =>
    (look.output as readonly string[]).every((instance) =>
      registersOf(look, ops).some(
        (r) =>
          instanceOf(r) === instance &&
          r.call < look.ret &&
          (isExcused(look, r) || mayStillBe(r, look, ops, trouble)),
      ),
    ),
  );
}

function mayStillBe(r: Op, look: Op, ops: readonly Op[], trouble?: typeof fault): boolean {
  const { left, renewals } = about(r, ops);
  const ttlUs = ttlOf(r);
  const lastUs = Math.max(...leaseEnds(r.retUs + ttlUs, ttlUs, renewals));
  const leftUs = Math.min(...left.map((op) => op.retUs));
  const askedUs = look.call - registry.staleUs;
  if (leftUs <= lastUs && leftUs !== Infinity) return askedUs <= leftUs;
  const healedUs = trouble !== undefined && trouble.fromUs < look.ret ? trouble.toUs + ttlUs : 0;
  return askedUs <= Math.max(lastUs, healedUs) + registry.expiryUs;
}

/** Every time at which the lease may end, whichever of its renewals came when. */
function leaseEnds(endUs: number, ttlUs: number, left: readonly Op[]): number[] {
  return [
    endUs,
    ...left.flatMap((op) => {
      const others = left.filter((o) => o !== op);
      if (isCompleted(op)) return leaseEnds(Math.max(endUs, op.ret + ttlUs), ttlUs, others);
      // As late as it could come while the lease lasted.
      return op.call <= endUs ? leaseEnds(endUs + ttlUs, ttlUs, others) : [];
    }),
  ];
}

/** What was asked about it, by what it was given. */
function about(r: Op, ops: readonly Op[]): { readonly left: Op[]; readonly renewals: Op[] } {
  // Who was given no name, or not yet, can name nothing.
  const own = ops.filter((op) => op.key === r.key && op.call > r.ret && op.input === r.output);
  return {
    left: own.filter((op) => op.f === 'deregister'),
    renewals: own.filter((op) => op.f === 'renew'),
  };
}

function looks(ops: readonly Op[]): Op[] {
  return ops.filter((op) => op.f === 'discover' && isCompleted(op));
}

function registersOf({ key }: Op, ops: readonly Op[]): Op[] {
  return ops.filter((op) => op.f === 'register' && op.key === key);
}

function instanceOf({ input }: Op): string {
  return (input as { readonly instance: string }).instance;
}

function ttlOf({ input }: Op): number {
  return (input as { readonly ttlUs: number }).ttlUs;
}
