/** What a check of operations found, as the verdict on a promise. */
import type { Judged } from '../checkers/judged.ts';
import type { Op } from '../checkers/operations.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Verdict } from '../core/verdict.ts';

interface OperationsFault {
  /** Those that contradict each other. */
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

/** `what` is counted where it holds: `look-ups`. */
export function verdictOn(
  { id, claim }: Pick<Invariant, 'id' | 'claim'>,
  what: string,
  result: Judged<{ readonly checked: number }, OperationsFault>,
): Verdict {
  switch (result.kind) {
    case 'holds':
      return { kind: 'holds', invariant: id, basis: `${result.checked} ${what}` };
    case 'unknown':
      return { kind: 'unknown', invariant: id, reason: result.reason };
    case 'violated': {
      const { ops, sentences } = result.fault;
      const atUs = Math.max(...ops.map((op) => (op.retUs === Infinity ? op.callUs : op.retUs)));
      const explanation = { atUs, sentences, ops: ops.map((op) => op.id) };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
}
