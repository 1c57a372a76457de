/** Models of several values at once: multi-register and bank. Their operations are one part. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { unknownOperation } from './unknown.ts';

type Values = Readonly<Record<string, Json | undefined>>;

/**
 * `read` {key: value, …}, `write` {key: value, …}, and `txn` of ["read", key, value] and ["write", key,
 * value] ("r" and "w" for short), one after another as one operation, as Knossos has it. A key that no
 * answer names, and a micro-operation of two members, says nothing; null is a value like any other.
 */
export function multiRegister(initial: Values = {}): StepModel<Values> {
  return {
    kind: 'step',
    name: 'multi-register',
    initial,
    step(state, op) {
      if (op.f === 'write') return { ...state, ...record(op.input) };
      if (op.f === 'txn') return runMicros(state, op);
      if (op.f !== 'read') return unknown(op);
      const seen = isCompleted(op) ? Object.entries(record(op.output)) : [];
      return seen.every(([k, v]) => isSeen(state, k, v)) ? state : illegal;
    },
    isPure: (op) => op.f === 'read' || (op.f === 'txn' && microsOf(op).every((m) => m.isRead)),
    text: canonical,
    part: () => 'all keys',
  };
}

function runMicros(state: Values, op: Op): Values | typeof illegal {
  let now = state;
  for (const { isRead, key, value } of microsOf(op)) {
    if (!isRead) now = { ...now, [key]: value ?? null };
    else if (isCompleted(op) && !isSeen(now, key, value)) return illegal;
  }
  return now;
}

function isSeen(state: Values, key: string, value: Json | undefined): boolean {
  return value === undefined || canonical(value) === canonical(at(state, key));
}

/** Of a record that somebody else filled: `constructor` is a key like any other. */
function at(state: Values, key: string): Json {
  return Object.hasOwn(state, key) ? (state[key] ?? null) : null;
}

/**
 * As Jepsen writes them, nil stands for "not known": reads without the keys of which nothing was said.
 */
export function withoutNulls(op: Op): Op {
  if (!isCompleted(op)) return op;
  if (op.f === 'read') {
    const known = Object.entries(record(op.output)).filter(([, v]) => v !== null);
    return { ...op, output: Object.fromEntries(known) as Json };
  }
  if (op.f !== 'txn' || !Array.isArray(op.output)) return op;
  const micros = (op.output as readonly Json[]).map((m) => {
    const isSilent = Array.isArray(m) && /^r/.test(String(m[0])) && (m[2] ?? null) === null;
    return isSilent ? m.slice(0, 2) : m;
  });
  return { ...op, output: micros };
}

interface Micro {
  readonly isRead: boolean;
  readonly key: string;
  /** Undefined: of a read, nothing is known. */
  readonly value: Json | undefined;
}

function microsOf(op: Op): Micro[] {
  const list = isCompleted(op) ? op.output : op.input;
  if (!Array.isArray(list)) return unknown(op);
  return (list as readonly Json[]).map((m) => {
    const [f, key, value] = Array.isArray(m) ? (m as readonly Json[]) : [];
    const isRead = f === 'read' || f === 'r';
    if (!isRead && f !== 'write' && f !== 'w') return unknown(op);
    return { isRead, key: nameOf(key), value };
  });
}

function unknown(op: Op): never {
  return unknownOperation(
    'multi-register',
    op,
    'read, write, and txn of ["read"|"write", key, value]',
  );
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
      const [a, b, n] = [nameOf(from), nameOf(to), Number(amount)];
      const left = Number(at(state, a) ?? 0) - n;
      // A completed transfer was covered; one of unknown outcome may have been refused.
      if (left < 0) return isCompleted(op) ? illegal : state;
      if (a === b) return state;
      return { ...state, [a]: left, [b]: Number(at(state, b) ?? 0) + n };
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

/** Records have texts for keys. */
function nameOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonical(value ?? null);
}
