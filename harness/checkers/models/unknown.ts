/** An operation that a model does not have is the user's error. */
import { HarnessError } from '../../core/errors.ts';
import type { Op } from '../operations.ts';

/** Throws E_HISTORY. */
export function unknownOperation(model: string, op: Op, wanted: string): never {
  throw new HarnessError(
    'E_HISTORY',
    `operation ${op.id} is "${op.f}" ${JSON.stringify(op.input)}, model ${model} wants ${wanted}. Choose another model or mend the history.`,
  );
}
