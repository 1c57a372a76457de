/**
 * Why a part is not linearizable: its shortest illegal prefix, and a core of operations that cannot
 * be reconciled whatever the others did.
 *
 * Nothing is ever deleted that could have helped. An operation outside the core is *relaxed*: a pure
 * one left out, any other allowed to happen at any time after its call, or never. The beginning of a
 * cell is *forgotten*: it may have led to any value. Both only make a history more legal, so what is
 * still illegal is a true reason.
 */
import { beginningOf, relaxed, shortestBeginning } from './beginning.ts';
import { decide, type Decision } from './decide.ts';
import { forgettable, restFrom, startsOf } from './forget.ts';
import type { Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';
import type { Search } from './search/search.ts';
import { describeCore } from './words.ts';

export interface IllegalReport {
  /** The history up to and including this position is illegal. */
  readonly position: number;
  /** The operation that returned there. */
  readonly last: Op;
  /** False when the budget did not suffice to show that the history before `position` is legal. */
  readonly isShortest: boolean;
  /** It is illegal whatever the cell held at this position; null: its beginning counts. */
  readonly since: number | null;
  /** In order of their calls. */
  readonly core: readonly Op[];
  /** One sentence a fact. */
  readonly sentences: readonly string[];
}

/** Re-checks while making the core smaller, at most. */
const checksMax = 200;
/** Configurations that all re-checks together may look at. */
const stepsMaxUsual = 20_000_000;

/** `ops` is an illegal part; `steps` is what it cost to see that. What `stepsMax` does not suffice to give up stays in the core. */
export function explainIllegal(
  ops: readonly Op[],
  model: Model,
  search: Search,
  steps: number,
  stepsMax = stepsMaxUsual,
): IllegalReport {
  const budget = 10_000 + 2 * steps;
  let left = stepsMax;
  const check = (h: readonly Op[], m = model): Decision['kind'] => {
    const decision = decide(h, m, search, Math.min(budget, left));
    left -= decision.steps;
    return decision.kind;
  };
  const { position, isShortest } = shortestBeginning(ops, (p) => {
    const kind = check(beginningOf(ops, p));
    return kind === 'illegal' ? true : kind === 'legal' ? false : null;
  });
  const before = beginningOf(ops, position);
  const last = before.find((op) => op.ret === position) as Op;
  const isIllegal = (h: readonly Op[], m: Model): boolean => check(h, m) === 'illegal';
  const since = model.kind === 'cell' ? forgettable(before, last, model, isIllegal) : null;
  if (model.kind === 'step' || since === null) {
    const core = smallCore(before, model, last, (h) => isIllegal(h, model));
    const sentences = describeCore(core, last, before, model);
    return { position, last, isShortest, since: null, core, sentences };
  }
  const rest = restFrom(before, since, model);
  const starts = startsOf(rest, model);
  const core = smallCore(rest, model, last, (h) => starts.every((m) => isIllegal(h, m)));
  const sentences = describeCore(core, last, rest, model, true);
  return { position, last, isShortest, since, core, sentences };
}

/** Keeps the operations that cannot be relaxed; tries the latest few first, then one at a time. */
function smallCore(
  ops: readonly Op[],
  model: Model,
  last: Op,
  isIllegal: (h: readonly Op[]) => boolean,
): Op[] {
  const byReturn = ops.filter(isCompleted).sort((a, b) => b.ret - a.ret);
  let checks = 0;
  const stillIllegal = (hard: ReadonlySet<Op>): boolean => {
    checks += 1;
    return isIllegal(relaxAllBut(ops, hard, model));
  };
  let hard = new Set(byReturn);
  for (let size = 4; size < byReturn.length; size *= 2) {
    const tried = new Set(byReturn.slice(0, size));
    if (!stillIllegal(tried)) continue;
    hard = tried;
    break;
  }
  for (let chunk = Math.max(1, hard.size >>> 2); ; chunk >>>= 1) {
    // What only looks is given up first: the writes that remain tell more.
    const order = [...hard].reverse();
    order.sort((a, b) => Number(isPure(model, b)) - Number(isPure(model, a)));
    for (let at = 0; at < order.length && checks < checksMax; at += chunk) {
      const without = new Set(hard);
      for (const op of order.slice(at, at + chunk)) if (op !== last) without.delete(op);
      if (without.size < hard.size && stillIllegal(without)) hard = without;
    }
    if (chunk === 1) break;
  }
  return ops.filter((op) => hard.has(op));
}

function relaxAllBut(ops: readonly Op[], hard: ReadonlySet<Op>, model: Model): Op[] {
  return ops.flatMap((op) => {
    if (hard.has(op)) return [op];
    return isPure(model, op) ? [] : [relaxed(op)];
  });
}

function isPure(model: Model, op: Op): boolean {
  if (model.kind === 'step') return model.isPure?.(op) === true;
  return model.effect(op).sets === undefined;
}
