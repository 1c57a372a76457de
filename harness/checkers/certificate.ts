/** The independent judge of a `holds`: replays a linearization, one operation after another. */
import type { Json } from '../core/host.ts';
import { canonical } from './canonical.ts';
import { illegal, type Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/**
 * Null when `order` is a linearization of `ops`: every completed operation once, each other at most
 * once, none before one that had returned when it was called, each legal. Otherwise what is wrong.
 */
export function refuteOrder(ops: readonly Op[], order: readonly Op[], model: Model): string | null {
  const open = new Set(ops);
  let lastCall = -1;
  let state: unknown = model.initial;
  for (const op of order) {
    if (!open.delete(op)) return `operation ${op.id} is not one of these, or comes twice`;
    if (op.ret < lastCall) return `operation ${op.id} comes after one that was called later`;
    lastCall = Math.max(lastCall, op.call);
    const next = stepOnce(model, state, op);
    if (next === illegal) return `operation ${op.id} is not legal where it stands`;
    state = next;
  }
  for (const op of open) if (isCompleted(op)) return `operation ${op.id} is missing`;
  return null;
}

/** One step of any model. */
export function stepOnce(model: Model, state: unknown, op: Op): unknown {
  if (model.kind === 'step') return model.step(state, op);
  const { needs, sets } = model.effect(op);
  if (needs !== undefined && needs !== state && canonical(needs) !== canonical(state as Json)) {
    return illegal;
  }
  return sets === undefined ? state : sets;
}
