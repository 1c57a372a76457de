/** What nobody can make sense of is the user's error: in his history, or in his model. */
import { HarnessError } from '../core/errors.ts';
import type { Model } from './model.ts';
import type { Op } from './operations.ts';

/** E_HISTORY, of one operation: whoever knows where it was read from says so. */
export class OperationError extends HarnessError {
  readonly op: Op;
  readonly what: string;

  constructor(op: Op, what: string) {
    super('E_HISTORY', `operation ${op.id} ${what}`);
    this.op = op;
    this.what = what;
  }
}

/** Throws E_USAGE: a model of one's own gave something that is no state, or no effect. */
export function wrongAnswer(model: Model, op: Op, got: unknown): never {
  const [does, wanted] =
    model.kind === 'step' ? ['step', 'a state or illegal'] : ['effect', 'an object'];
  throw new HarnessError(
    'E_USAGE',
    `the ${does} of model "${model.name}" returned ${String(got)} for "${op.f}" ${JSON.stringify(op.input)}, wanted ${wanted}. Mend the model.`,
  );
}
