/** Models whose state is one value: register, compare-and-set register, key-value cells, mutex. */
import type { Json } from '../../core/host.ts';
import type { CellEffect, CellModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';

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
      const [from, to] = op.input as readonly Json[];
      return { needs: from ?? null, sets: to ?? null };
    }
    case 'delete':
      return { sets: null };
    default:
      throw new TypeError(`a cas-register has read, write, cas and delete, not ${op.f}`);
  }
}
