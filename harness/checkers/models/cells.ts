/** A register with read, write, compare-and-set and delete, one for each key. */
import type { Json } from '../../core/host.ts';
import type { CellEffect, CellModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { unknownOperation } from './unknown.ts';

/** `read` → value, `write` value, `cas` [from, to] (done: it matched), `delete`. One cell a key. */
export function keyValueCells(initial: Json = null): CellModel {
  return { kind: 'cell', name: 'cas-register', initial, effect: cellEffect };
}

function cellEffect(op: Op): CellEffect {
  switch (op.f) {
    case 'read':
    case 'get':
      return isCompleted(op) ? { needs: op.output } : {};
    case 'write':
    case 'put':
      return { sets: op.input };
    case 'cas': {
      if (!Array.isArray(op.input) || op.input.length !== 2) {
        return unknownOperation('cas-register', op, 'a cas of [from, to]');
      }
      const [from, to] = op.input as readonly Json[];
      return { needs: from ?? null, sets: to ?? null };
    }
    case 'delete':
      return { sets: null };
    default:
      return unknownOperation('cas-register', op, 'read, write, cas and delete');
  }
}
