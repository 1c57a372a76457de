/** `get` → text, `put` text, `append` text: the key-value store of MIT 6.824 and of Porcupine's tests. */
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';

export function keyValueStore(initial = ''): StepModel<string> {
  return {
    kind: 'step',
    name: 'key-value',
    initial,
    step(state, op) {
      if (op.f === 'get' || op.f === 'read') {
        return isCompleted(op) && textOf(op.output) !== state ? illegal : state;
      }
      if (op.f === 'append') return state + textOf(op.input);
      return textOf(op.input);
    },
    isPure: (op) => op.f === 'get' || op.f === 'read',
    text: (state) => state,
    // Texts only grow, but for puts.
    reaches: (state, op) => !isLook(op) || textOf(op.output).startsWith(state),
    resets: (op) => (op.f === 'put' || op.f === 'write' ? textOf(op.input) : undefined),
  };
}

function isLook(op: Op): boolean {
  return (op.f === 'get' || op.f === 'read') && isCompleted(op);
}

/** Nothing is the empty text. */
function textOf(value: Op['input']): string {
  return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
}
