/** Linearizability of any object: what its operations do is told by a model. */
import { checkLinearizable, type LinearizabilityResult } from '../checkers/linearizability.ts';
import type { Model } from '../checkers/model.ts';
import { isCompleted, type Op, operationsOf } from '../checkers/operations.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import type { Promised } from './monitored.ts';

export interface ObjectOptions {
  /** A `StepModel`, or a `CellModel` where the state is one value: a small record of pure functions. */
  readonly model: Model;
  /** Names of the operations that the model knows; all others are not looked at. */
  readonly operations: readonly string[];
  /** Budget of the search, in configurations: 2,000,000. */
  readonly stepsMax?: number;
}

/**
 * Each operation takes effect at one moment between its call and its return, as `model` says. Unknown
 * when none succeeded, or when the budget does not suffice.
 */
export function linearizableAs(promised: Promised, options: ObjectOptions): Invariant {
  const wanted = new Set(options.operations);
  return {
    ...promised,
    judge(history) {
      const ops = operationsOf(history.events, (f) => wanted.has(f));
      return judgeObject(promised, ops, options);
    },
  };
}

/** `ops` in order of their calls. */
export function judgeObject(
  { id, claim }: Pick<Promised, 'id' | 'claim'>,
  ops: readonly Op[],
  { model, stepsMax }: Pick<ObjectOptions, 'model' | 'stepsMax'>,
): Verdict {
  const completed = ops.filter(isCompleted).length;
  if (completed === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no operation succeeded' };
  }
  const result = checkLinearizable(ops, model, { ...(stepsMax !== undefined && { stepsMax }) });
  if (result.kind === 'unknown') return { kind: 'unknown', invariant: id, reason: result.reason };
  if (result.kind === 'violated') {
    return { kind: 'violated', invariant: id, claim, explanation: explain(result) };
  }
  const parts = result.certificate.orders.size;
  const basis = `${completed} operations on ${parts} ${parts === 1 ? 'key' : 'keys'}, ${ops.length - completed} of unknown outcome`;
  return { kind: 'holds', invariant: id, basis };
}

function explain({ report }: LinearizabilityResult & { kind: 'violated' }): Explanation {
  return {
    atUs: report?.last.retUs ?? 0,
    sentences: report?.sentences ?? [],
    ops: report?.core.map((op) => op.id) ?? [],
  };
}
