/** An operation that a model does not have is the user's error. */
import { OperationError } from '../operation-error.ts';
import type { Op } from '../operations.ts';

/** Throws an `OperationError`. */
export function unknownOperation(model: string, op: Op, wanted: string): never {
  throw new OperationError(
    op,
    `is "${op.f}" ${JSON.stringify(op.input)}, model ${model} wants ${wanted}. Choose another model or mend the history.`,
  );
}
