/**
 * A key-value store whose values grow: `get` → value, `put`, `append` text, `cas` [from, to], `delete`.
 * Without appends `keyValueCells` says the same and is checked faster.
 */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { orderTexts } from '../solvers/texts.ts';
import { unknownOperation } from './unknown.ts';

export function keyValueStore(initial: Json = null): StepModel<Json> {
  return {
    kind: 'step',
    name: 'key-value',
    initial,
    step(state, op) {
      if (isLook(op)) return !isCompleted(op) || isSame(op.output, state) ? state : illegal;
      if (op.f === 'append') return textOf(state) + textOf(op.input);
      if (op.f === 'put' || op.f === 'write') return op.input;
      if (op.f === 'delete') return null;
      const [from, to] =
        op.f === 'cas' && Array.isArray(op.input) ? (op.input as Json[]) : unknown(op);
      if (isSame(from ?? null, state)) return to ?? null;
      return isCompleted(op) ? illegal : state;
    },
    isPure: isLook,
    // No canonical form of anything else begins with this mark.
    text: (state) => (typeof state === 'string' ? `:${state}` : canonical(state)),
    solve: (ops) => orderTexts(ops, initial),
    // Values only grow, but for what `resets` names.
    reaches: (state, op) =>
      !isLook(op) || !isCompleted(op) || textOf(op.output).startsWith(textOf(state)),
    resets(op) {
      if (op.f === 'put' || op.f === 'write') return op.input;
      if (op.f === 'delete') return null;
      return op.f === 'cas' && Array.isArray(op.input) ? (op.input[1] as Json) : undefined;
    },
  };
}

function isLook(op: Op): boolean {
  return op.f === 'get' || op.f === 'read';
}

function isSame(a: Json, b: Json): boolean {
  return a === b || (isCompound(a) && isCompound(b) && canonical(a) === canonical(b));
}

function isCompound(value: Json): boolean {
  return value !== null && typeof value === 'object';
}

/** What an append adds to, and what it adds: nothing is the empty text. */
function textOf(value: Json): string {
  return typeof value === 'string' ? value : value === null ? '' : canonical(value);
}

function unknown(op: Op): never {
  return unknownOperation('key-value', op, 'get, put, append, cas of [from, to] and delete');
}
