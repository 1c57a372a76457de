/** Models of collections: set, FIFO queue, counter. The unordered queue has a file of its own. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { illegal, type StepModel } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { orderQueue } from '../solvers/queues.ts';
import { orderSet } from '../solvers/sets.ts';
import { unknownOperation } from './unknown.ts';

/** `add` value, `read` → all values, each once. Values are never removed. */
export function growOnlySet(): StepModel<readonly string[]> {
  return {
    kind: 'step',
    name: 'set',
    initial: [],
    step(state, op) {
      if (op.f === 'add') {
        const value = canonical(op.input);
        return state.includes(value) ? state : [...state, value].sort();
      }
      if (op.f !== 'read') return unknownOperation('set', op, 'add and read');
      if (!isCompleted(op)) return state;
      const seen = elements(op.output)
        .map((v) => canonical(v))
        .sort();
      const isEqual = seen.length === state.length && seen.every((v, i) => v === state[i]);
      return isEqual ? state : illegal;
    },
    isPure: (op) => op.f === 'read',
    solve: orderSet,
    explain: (op, before) => (op.f === 'read' ? whyNotRead(op, before) : null),
  };
}

/** What is in a read and was not added, twice, or was added and is not in it. */
function whyNotRead(read: Op, before: readonly Op[]): string | null {
  const values = elements(read.output).map((v) => canonical(v));
  const seen = new Set(values);
  const adds = before.filter((op) => op.f === 'add');
  const added = new Set(adds.map((op) => canonical(op.input)));
  const unknown = [...seen].filter((v) => !added.has(v));
  if (unknown.length > 0) return `nothing had added ${few(unknown)} by then`;
  const twice = values.filter((v, i) => values.indexOf(v) < i);
  if (twice.length > 0) return `it has ${few(twice)} twice`;
  const lost = adds.filter((op) => op.ret < read.call && !seen.has(canonical(op.input)));
  if (lost.length === 0) return null;
  const missing = few(lost.map((op) => canonical(op.input)));
  return `it lacks ${missing}, which had been added before it was called`;
}

function few(values: readonly string[]): string {
  const more = values.length > 3 ? ` and ${values.length - 3} more` : '';
  return values.slice(0, 3).join(', ') + more;
}

function elements(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** What is in a queue: a stretch of an array that several states share, and that only grows. */
interface Stretch {
  readonly items: Json[];
  readonly from: number;
  readonly to: number;
}

/** `enqueue` value, `dequeue` → value, or null when it was empty. First in, first out. */
export function fifoQueue(): StepModel<Stretch> {
  return {
    kind: 'step',
    name: 'fifo-queue',
    initial: { items: [], from: 0, to: 0 },
    step(state, op) {
      if (op.f === 'enqueue') return appended(state, op.input);
      if (op.f !== 'dequeue') return unknownOperation('fifo-queue', op, 'enqueue and dequeue');
      const isEmpty = state.from === state.to;
      const rest = isEmpty ? state : { ...state, from: state.from + 1 };
      if (!isCompleted(op)) return rest;
      const head = isEmpty ? null : (state.items[state.from] ?? null);
      return canonical(head) === canonical(op.output) ? rest : illegal;
    },
    isPure: (op) => op.f === 'dequeue' && isCompleted(op) && op.output === null,
    text: ({ items, from, to }) => canonical(items.slice(from, to)),
    solve: orderQueue,
  };
}

/** Nobody else sees what lies beyond his own end: so the array may be shared, unless it goes on there. */
function appended({ items, from, to }: Stretch, item: Json): Stretch {
  if (items.length > to)
    return appended({ items: items.slice(from, to), from: 0, to: to - from }, item);
  items.push(item);
  return { items, from, to: to + 1 };
}

/** `add` (or `increment`) number, `decrement` number, `read` → sum. */
export function counter(initial = 0): StepModel<number> {
  return {
    kind: 'step',
    name: 'counter',
    initial,
    step(state, op) {
      if (op.f === 'read') return !isCompleted(op) || op.output === state ? state : illegal;
      return state + change(op);
    },
    isPure: (op) => op.f === 'read',
    text: String,
    solve: (ops) => (isWithinBounds(ops, initial) ? undefined : null),
  };
}

function change(op: Op): number {
  const n = typeof op.input === 'number' ? op.input : 1;
  if (op.f === 'add' || op.f === 'increment') return n;
  if (op.f === 'decrement') return -n;
  return unknownOperation('counter', op, 'add, increment, decrement and read');
}

/**
 * Every read lies between what had surely been added and what may have been added. Necessary only: the
 * search has the last word.
 */
function isWithinBounds(ops: readonly Op[], initial: number): boolean {
  const marks = ops.flatMap((op) => [
    { at: op.call, op, isCall: true },
    ...(isCompleted(op) ? [{ at: op.ret, op, isCall: false }] : []),
  ]);
  marks.sort((a, b) => a.at - b.at);
  // Sums of what was called and of what had returned, ups and downs apart.
  const called = { up: 0, down: 0 };
  const returned = { up: 0, down: 0 };
  const atCall = new Map<Op, { up: number; down: number }>();
  for (const { op, isCall } of marks) {
    if (op.f !== 'read') {
      const n = change(op);
      (isCall ? called : returned)[n < 0 ? 'down' : 'up'] += n;
    } else if (isCall) atCall.set(op, { ...returned });
    else {
      const sure = atCall.get(op) ?? { up: 0, down: 0 };
      const seen = Number(op.output);
      if (seen < initial + sure.up + called.down || seen > initial + called.up + sure.down) {
        return false;
      }
    }
  }
  return true;
}
