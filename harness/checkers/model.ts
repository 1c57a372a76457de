/**
 * What an object is supposed to do, one operation at a time. A model is a small record of pure
 * functions; anyone may write one.
 */
import type { Json } from '../core/host.ts';
import type { Op } from './operations.ts';

/**
 * Returned by `step` when the operation cannot have had this result in this state. Registered: a model
 * from another installation means the same by it.
 */
export const illegal: unique symbol = Symbol.for('antlion.illegal');

/**
 * What an operation on a cell asks and does. `needs` absent: legal in every state; `sets` absent: the
 * state stays.
 */
export interface CellEffect {
  readonly needs?: Json;
  readonly sets?: Json;
}

/**
 * An object whose state is one value and whose operations each need a value, leave a value, or both:
 * registers, compare-and-set, locks. Such a model is checked by the fastest algorithms.
 */
export interface CellModel {
  readonly kind: 'cell';
  readonly name: string;
  readonly initial: Json;
  /** Looks at `op.output` only when the operation completed. */
  effect(op: Op): CellEffect;
  /** As that of a `StepModel`. */
  explain?(op: Op, before: readonly Op[]): string | null;
  /** Operations of different parts do not touch one another. Absent: the key. */
  part?(op: Op): string;
}

/** Any other object, as a function from state and operation to state. */
export interface StepModel<S> {
  readonly kind: 'step';
  readonly name: string;
  readonly initial: S;
  /** The next state, or `illegal`. Never changes `state`. Looks at `op.output` only when completed. */
  step(state: S, op: Op): S | typeof illegal;
  /**
   * True only if the operation changes no state in which it is legal. A write of the present value is
   * not pure. Pure operations that did not complete are left out.
   */
  isPure?(op: Op): boolean;
  /** States with equal text are equal. Absent: JSON. */
  text?(state: S): string;
  /**
   * False when no operations lead from `state` to one where `op` is legal, other than those that
   * `resets` knows: the search turns back earlier. Absent: never known.
   */
  reaches?(state: S, op: Op): boolean;
  /** The state that `op` leaves whatever was there before (a put); undefined for all others. */
  resets?(op: Op): S | undefined;
  /**
   * A complete algorithm for this object, where there is one: a linearization (it is replayed), null
   * for "there is none", undefined for "cannot tell".
   */
  solve?(ops: readonly Op[]): readonly Op[] | null | undefined;
  /**
   * Why `op`, the last of `before` to return, cannot have had its result, as the end of a sentence; null
   * when it does not show by itself.
   */
  explain?(op: Op, before: readonly Op[]): string | null;
  /** Operations of different parts do not touch one another. Absent: the key. */
  part?(op: Op): string;
}

/** Only the model itself touches its states: to everybody else they are unknown. */
export type Model = CellModel | StepModel<unknown>;
