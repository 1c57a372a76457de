/**
 * Identifiers are given once. After `jepsen.checker/unique-ids` (Jepsen 0.3.14-SNAPSHOT, checker.clj):
 * `generate` → an identifier.
 */
import type { Json } from '../../core/host.ts';
import { identity } from '../canonical.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { elementsOf, type Figures, type Tallied, type TallyFault } from './tally.ts';

/** Linear. */
export function tallyUniqueIds({ ops, failed }: JepsenHistory): Tallied {
  const given = new Map<number | string, Op[]>();
  const completed = ops.filter((op) => op.f === 'generate' && isCompleted(op));
  for (const op of completed) {
    const same = given.get(identity(op.output));
    if (same === undefined) given.set(identity(op.output), [op]);
    else same.push(op);
  }
  const again = [...given.values()].filter((same) => same.length > 1);
  const attempts = [...ops, ...failed].filter((op) => op.f === 'generate').length;
  const figures: Figures = {
    attempts,
    acknowledged: completed.length,
    duplicated: again.length,
    ...rangeOf(completed.map((op) => op.output)),
    ...(again.length > 0 && { duplicatedIds: elementsOf(again.map(([op]) => (op as Op).output)) }),
  };
  if (again.length > 0) {
    const faults = again.map(twice);
    return {
      kind: 'violated',
      figures,
      fault: faults.reduce((a, b) => (b.position < a.position ? b : a)),
    };
  }
  if (completed.length === 0) return { kind: 'unknown', figures, reason: 'no generate completed' };
  return {
    kind: 'holds',
    figures,
    sentences: [`All of ${completed.length} identifiers are different.`],
  };
}

function twice(same: readonly Op[]): TallyFault {
  const [first, second] = [...same].sort((a, b) => a.ret - b.ret) as [Op, Op];
  const more = same.length > 2 ? ` ${same.length - 2} more got it as well.` : '';
  return {
    ops: [first, second],
    sentences: [
      `${nameOp(first)} returned ${moment(first.retUs, first.ret)}.`,
      `${nameOp(second)} returned ${moment(second.retUs, second.ret)}: the same identifier.${more}`,
    ],
    position: second.ret,
    isShortest: true,
  };
}

/** Of numbers alone: the order of anything else is a matter of taste. */
function rangeOf(ids: readonly Json[]): Figures {
  if (ids.length === 0 || !ids.every((id) => typeof id === 'number')) return {};
  const least = ids.reduce((a, b) => Math.min(a, b));
  return { least, greatest: ids.reduce((a, b) => Math.max(a, b)) };
}
