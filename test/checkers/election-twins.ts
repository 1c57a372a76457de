/** Elections against their brute-force twins: every moment, every pair. */
import { checkLeaderTold } from '../../harness/checkers/elections/leader-told.ts';
import { checkOneLeader } from '../../harness/checkers/elections/one-leader.ts';
import { isCompleted, type Op } from '../../harness/checkers/operations.ts';
import type { Prng } from '../../harness/core/prng.ts';
import { bounds, holdAgainst, leaseEndUs } from './moments.ts';
import { type Agreement, randomHistory } from './twin.ts';

/** By promise: holds the checker against its twin on so many random histories. */
export const electionTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'one leader': (cases) =>
    holdAgainst(cases, drawElections, (ops) => checkOneLeader(ops, bounds), hasOneLeader),
  'leader told': (cases) =>
    holdAgainst(cases, drawElections, (ops) => checkLeaderTold(ops, bounds), isToldRightly),
};

/** Two elections; terms that grow as a rule, some operations of unknown fate. */
export function drawElections(draw: Prng): Op[] {
  let next = 1;
  const shape = { n: 4 + draw.below(5), processes: 3, crashPermille: 200 };
  const ops = randomHistory(draw, shape, (d) => {
    const some = d.below(next + 1);
    switch (d.below(6)) {
      case 0:
      case 1: {
        const term = d.chance(850) ? next++ : d.below(next);
        return { f: 'campaign', input: { ttlUs: 1 + d.below(14) }, output: term };
      }
      case 2:
        return { f: 'renew-term', input: some, output: null };
      case 3:
        return { f: 'resign', input: some, output: null };
      default:
        return { f: 'leader', input: null, output: d.chance(400) ? null : some };
    }
  });
  return ops.map((op) => ({ ...op, key: draw.pick(['a', 'a', 'a', 'b']) }));
}

function hasOneLeader(ops: readonly Op[]): boolean {
  const won = ops.filter((op) => op.f === 'campaign' && isCompleted(op));
  return won.every((a) =>
    won.every((b) => {
      if (a === b || a.key !== b.key) return true;
      if (a.ret < b.call && (b.output as number) <= (a.output as number)) return false;
      return !moments(ops).some((at) => leadsAt(a, at, ops) && leadsAt(b, at, ops));
    }),
  );
}

function isToldRightly(ops: readonly Op[]): boolean {
  const told = ops.filter((op) => op.f === 'leader' && isCompleted(op));
  return told.every((q) => {
    const own = ops.filter((op) => op.key === q.key && op !== q);
    const before = own.filter((op) => op.ret < q.call);
    if (q.output === null) {
      return !own.some((c) =>
        moments(ops).every((at) => at < q.call || at > q.ret || leadsAt(c, at, ops)),
      );
    }
    const isOld = before.some(
      (op) =>
        (op.f === 'campaign' || op.f === 'leader') && (op.output as number) > (q.output as number),
    );
    return !isOld && !before.some((op) => op.f === 'resign' && op.input === q.output);
  });
}

/** Does the winner of this campaign rightly believe so at this moment? */
function leadsAt(campaign: Op, at: number, ops: readonly Op[]): boolean {
  if (campaign.f !== 'campaign' || at < campaign.ret) return false;
  const { key, ret, output } = campaign;
  // Before it was won nobody could name it.
  const own = ops.filter((op) => op.key === key && op.call > ret && op.input === output);
  if (own.some((op) => op.f === 'resign' && op.call < at)) return false;
  const renewals = own.filter((op) => op.f === 'renew-term' && isCompleted(op));
  const { ttlUs } = campaign.input as { readonly ttlUs: number };
  return [campaign, ...renewals].some((op) => at < leaseEndUs(op.call, ttlUs));
}

/** Between any two events, and for as long after them as any lease lasts. */
function moments(ops: readonly Op[]): number[] {
  return Array.from({ length: 2 * ops.length + 20 }, (_, i) => i + 0.5);
}
