/** Models by name, as people ask for them. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import type { Model } from '../model.ts';
import type { Op } from '../operations.ts';
import { keyValueCells } from './cells.ts';
import { tallyNames } from '../tallies/registry.ts';
import { counter, fifoQueue, growOnlySet } from './collections.ts';
import { keyValueStore } from './key-value.ts';
import { lease, mutex, semaphore } from './locks.ts';
import { bank, multiRegister } from './many.ts';
import { unorderedQueue } from './unordered-queue.ts';

/** Makes the model for a history, with its initial state; null: what the model starts with by itself. */
type Make = (initial: Json, ops: readonly Op[]) => Model;

const makers: Readonly<Record<string, Make>> = {
  register: (initial) => keyValueCells(initial),
  'cas-register': (initial) => keyValueCells(initial),
  'multi-register': (initial) => multiRegister(recordOf('multi-register', initial)),
  'key-value': (initial, ops) =>
    ops.some((op) => op.f === 'append') ? keyValueStore(initial) : keyValueCells(initial),
  mutex: () => mutex(),
  semaphore: (initial) => semaphore(numberOf('semaphore', initial, 1)),
  set: () => growOnlySet(),
  'fifo-queue': () => fifoQueue(),
  'unordered-queue': (_, ops) => unorderedQueue(ops),
  counter: (initial) => counter(numberOf('counter', initial, 0)),
  lease: () => lease(),
  bank: (initial) => bank(recordOf('bank', initial)),
};

/** Those that are checked in another way than by linearizability have their names here as well. */
export const modelNames: readonly string[] = [
  ...Object.keys(makers),
  'list-append',
  'rw-register',
  'long-fork',
  'watch',
  'sessions',
  'lock',
  'fencing',
  ...tallyNames,
];

/** Throws E_USAGE for a name that nobody knows, or an initial state that does not fit. */
export function modelOf(name: string, initial: Json, ops: readonly Op[]): Model {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make !== undefined) return make(initial, ops);
  throw new HarnessError(
    'E_USAGE',
    `model is "${name}", wanted one of ${modelNames.join(', ')}. Choose one of these.`,
  );
}

function numberOf(model: string, initial: Json, otherwise: number): number {
  if (initial === null) return otherwise;
  if (typeof initial === 'number') return initial;
  return wrong(model, initial, 'a number');
}

function recordOf(model: string, initial: Json): Readonly<Record<string, Json>> {
  if (initial === null) return {};
  const isRecord = typeof initial === 'object' && !Array.isArray(initial);
  return isRecord
    ? (initial as Readonly<Record<string, Json>>)
    : wrong(model, initial, 'an object');
}

function wrong(model: string, initial: Json, wanted: string): never {
  throw new HarnessError(
    'E_USAGE',
    `the initial state is ${JSON.stringify(initial)}, model ${model} wants ${wanted}. Give it one.`,
  );
}
