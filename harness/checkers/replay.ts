/** The independent judge of a `holds`: replays a linearization, one operation after another. */
import { firstWhere } from './bisect.ts';
import type { Json } from '../core/host.ts';
import { canonical } from './canonical.ts';
import { illegal, type Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/**
 * Null when `order` is a linearization of `ops`: every completed operation once, each other at most
 * once, none before one that had returned when it was called, each legal. Otherwise what is wrong.
 */
export function refuteOrder(ops: readonly Op[], order: readonly Op[], model: Model): string | null {
  const isPlaced = new Uint8Array(ops.length);
  let lastCall = -1;
  let near = 0;
  let state: unknown = model.initial;
  for (const op of order) {
    const at = placeOf(op, ops, near);
    near = at;
    if (ops[at] !== op) return `operation ${op.id} is not one of these`;
    if (isPlaced[at] === 1) return `operation ${op.id} comes twice`;
    isPlaced[at] = 1;
    if (op.ret < lastCall) return `operation ${op.id} comes after one that was called later`;
    lastCall = Math.max(lastCall, op.call);
    const next = stepOnce(model, state, op);
    if (next === illegal) return `operation ${op.id} is not legal where it stands`;
    state = next;
  }
  const missing = ops.findIndex((op, i) => isCompleted(op) && isPlaced[i] === 0);
  return missing < 0 ? null : `operation ${ops[missing]?.id} is missing`;
}

/** Where an operation is among those of its part, which are in order of their calls. */
function placeOf(op: Op, ops: readonly Op[], near: number): number {
  // Mostly not far from the one before.
  for (let d = 0; d < neighbours; d++) {
    if (ops[near + d] === op) return near + d;
    if (ops[near - d] === op) return near - d;
  }
  let at = firstWhere(ops.length, (i) => (ops[i] as Op).call >= op.call);
  while (ops[at] !== op && ops[at]?.call === op.call) at += 1;
  return at;
}

const neighbours = 32;

/** One step of any model. */
export function stepOnce(model: Model, state: unknown, op: Op): unknown {
  if (model.kind === 'step') return model.step(state, op);
  const { needs, sets } = model.effect(op);
  if (needs !== undefined && needs !== state && canonical(needs) !== canonical(state as Json)) {
    return illegal;
  }
  return sets === undefined ? state : sets;
}
