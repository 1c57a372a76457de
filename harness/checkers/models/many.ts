/** Models of several values at once: multi-register and bank. Their operations are one part. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { unknownOperation } from './unknown.ts';

type Values = Readonly<Record<string, Json | undefined>>;

/** `read` {key: value, …} and `write` {key: value, …}; a null in a read says nothing of that key. */
export function multiRegister(initial: Values = {}): StepModel<Values> {
  return {
    kind: 'step',
    name: 'multi-register',
    initial,
    step(state, op) {
      if (op.f === 'write') return { ...state, ...record(op.input) };
      if (op.f !== 'read') return unknownOperation('multi-register', op, 'read and write');
      if (!isCompleted(op)) return state;
      const seen = Object.entries(record(op.output));
      const isSame = seen.every(
        ([k, v]) => v === null || canonical(v ?? null) === canonical(state[k] ?? null),
      );
      return isSame ? state : illegal;
    },
    isPure: (op) => op.f === 'read',
    text: canonical,
    part: () => 'all keys',
  };
}

/**
 * `transfer` {from, to, amount} and `read` {account: balance, …}. `initial` has every account.
 */
export function bank(initial: Values): StepModel<Values> {
  return {
    kind: 'step',
    name: 'bank',
    initial,
    step(state, op) {
      if (op.f === 'read') {
        return !isCompleted(op) || canonical(op.output) === canonical(state) ? state : illegal;
      }
      if (op.f !== 'transfer') return unknownOperation('bank', op, 'transfer and read');
      const { from, to, amount } = record(op.input);
      const [a, b, n] = [accountOf(from), accountOf(to), Number(amount)];
      const left = Number(state[a] ?? 0) - n;
      // A completed transfer was covered; one of unknown outcome may have been refused.
      if (left < 0) return isCompleted(op) ? illegal : state;
      if (a === b) return state;
      return { ...state, [a]: left, [b]: Number(state[b] ?? 0) + n };
    },
    isPure: (op) => op.f === 'read',
    text: canonical,
    part: () => 'all accounts',
  };
}

function record(value: Op['input']): Values {
  const isRecord = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isRecord ? (value as Values) : {};
}

/** Balances are read by the account's name as a text. */
function accountOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonical(value ?? null);
}
