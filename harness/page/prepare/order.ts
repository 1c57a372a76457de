/**
 * Why no order exists, step by step: one order of all that came before the last operation, what the
 * object held after each, and every place where the last could stand, with what speaks against it.
 */
import { beginningOf } from '../../checkers/beginning.ts';
import { checkLinearizable } from '../../checkers/linearizability.ts';
import { illegal, type Model } from '../../checkers/model.ts';
import type { Op } from '../../checkers/operations.ts';
import { stepOnce } from '../../checkers/replay.ts';
import type { Json } from '../../core/host.ts';
import { show } from '../../workload/kind.ts';
import type { OrderView } from '../view.ts';

/** Shown before the last; what came earlier is counted. */
const stepsMax = 12;
const budget = 200_000;

/**
 * `ops` are all of the object, in order of their calls; `last` is the one with whose return the contradiction
 * was complete. Null where the order before it is not found within a budget.
 */
export function orderView(
  ops: readonly Op[],
  last: Op,
  model: Model,
  nameOf: (op: Op) => string,
): OrderView | null {
  // Without the last one: whether it took effect is what is asked.
  const before = beginningOf(ops, last.ret - 1).filter((op) => op.id !== last.id);
  const result = checkLinearizable(before, model, { isExplained: false, stepsMax: budget });
  if (result.kind !== 'holds') return null;
  const [part, order] = [...result.certificate.orders][0] ?? ['', []];
  const states: unknown[] = [model.initial];
  for (const op of order) states.push(stepOnce(model, states.at(-1), op));
  const first = order.reduce((n, op, i) => (op.ret < last.call ? i + 1 : n), 0);
  const tries = Array.from({ length: order.length + 1 - first }, (_, i) => first + i);
  // At least one of them is legal where the beginning itself decides; then this is no reason.
  if (tries.some((at) => stepOnce(model, states[at], last) !== illegal && at === order.length)) {
    return null;
  }
  const skipped = Math.max(0, Math.min(order.length - stepsMax, first - 1));
  return {
    part,
    skipped,
    steps: order.slice(skipped).map((op, i) => {
      return { op: op.id, text: nameOf(op), state: stateText(states[skipped + i + 1]) };
    }),
    tries: tries.map((at) => {
      const op = order[at - 1];
      const isLegal = stepOnce(model, states[at], last) !== illegal;
      const why = isLegal
        ? 'it would fit here, but what follows would not'
        : against(last, model, states[at], part);
      return { after: op?.id ?? null, why };
    }),
    last: { op: last.id, text: nameOf(last) },
  };
}

function against(op: Op, model: Model, state: unknown, part: string): string {
  const name = part === '' ? 'it' : part;
  const holds = `${name} is ${stateText(state)} here`;
  if (model.kind === 'step') return `${holds}, which does not allow it`;
  const { needs } = model.effect(op);
  if (needs === undefined) return holds;
  return `${holds}, and it found ${needs === null ? 'no value' : show(needs)}`;
}

/** States of models are JSON, or what JSON makes of them. */
function stateText(state: unknown): string {
  const text = show((state ?? null) as Json) ?? '?';
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
