/** `enqueue` value, `dequeue` → value in any order, or null when the queue was empty. */
import { canonical } from '../canonical.ts';
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { unknownOperation } from './unknown.ts';

/** The model that fits `ops`: where nobody found the queue empty, each value can be judged by itself. */
export function unorderedQueue(
  ops: readonly Op[],
): StepModel<number> | StepModel<Readonly<Contents>> {
  return ops.some((op) => isCompleted(op) && op.f === 'dequeue' && op.output === null)
    ? wholeUnorderedQueue()
    : partedUnorderedQueue();
}

/**
 * Each value is a part, by how often it is in the queue. A dequeue of unknown outcome may have taken
 * nothing, which contradicts nobody; so it says nothing, nor does a dequeue that found nothing.
 */
export function partedUnorderedQueue(): StepModel<number> {
  const isSilent = (op: Op): boolean => op.f === 'dequeue' && op.output === null;
  return {
    kind: 'step',
    name: 'unordered-queue',
    initial: 0,
    step(copies, op) {
      if (op.f === 'enqueue') return copies + 1;
      if (op.f !== 'dequeue') return unknown(op);
      if (isSilent(op)) return copies;
      return copies > 0 ? copies - 1 : illegal;
    },
    isPure: isSilent,
    text: String,
    part: (op) => canonical(op.f === 'enqueue' ? op.input : op.output),
  };
}

interface Contents {
  /** How often each value is in the queue, by its canonical JSON; never 0. */
  copies: ReadonlyMap<string, number>;
  /** All of them together. */
  size: number;
  /** Dequeues of unknown outcome that may have taken one each, and nobody needs to know which. */
  takers: number;
}

/** All values at once. What the takers took is decided where it must be: when the queue is found empty. */
export function wholeUnorderedQueue(): StepModel<Readonly<Contents>> {
  return {
    kind: 'step',
    name: 'unordered-queue',
    initial: { copies: new Map(), size: 0, takers: 0 },
    step(state, op) {
      if (op.f === 'enqueue') return changed(state, canonical(op.input), 1);
      if (op.f !== 'dequeue') return unknown(op);
      if (!isCompleted(op)) return { ...state, takers: state.takers + 1 };
      if (op.output !== null) {
        const value = canonical(op.output);
        return state.copies.has(value) ? changed(state, value, -1) : illegal;
      }
      if (state.size > state.takers) return illegal;
      return { copies: new Map(), size: 0, takers: state.takers - state.size };
    },
    text: ({ copies, takers }) => canonical([takers, ...[...copies].map((c) => [...c]).sort()]),
    explain: (op) =>
      op.output === null ? 'the queue cannot have been empty between its call and return' : null,
    part: () => 'all values',
  };
}

function changed(state: Readonly<Contents>, value: string, by: 1 | -1): Contents {
  const copies = new Map(state.copies);
  const left = (copies.get(value) ?? 0) + by;
  if (left === 0) copies.delete(value);
  else copies.set(value, left);
  return { copies, size: state.size + by, takers: state.takers };
}

function unknown(op: Op): never {
  return unknownOperation('unordered-queue', op, 'enqueue and dequeue');
}
