/** Transactions whose values come again, as a database would run them that isolates them. */
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

export interface RepeatedShape {
  readonly kind: TxnKind;
  readonly count: number;
  readonly clients: number;
  /** Keys in use at a time; of lists one is left alone after 100 appends. */
  readonly keys: number;
  /** Values that a key gets, each again and again. */
  readonly values: number;
  readonly seed: number;
}

type Micro = readonly [string, number, Json];

interface Open {
  readonly id: number;
  micros: readonly Micro[];
  isDone: boolean;
}

const appendsMax = 100;

/** In order of their calls. Each takes effect at a moment of its own between its call and its return. */
export function repeatedTransactions(shape: RepeatedShape): readonly Op[] {
  const { kind, count, clients, keys, values, seed } = shape;
  const draw = new Prng(seed);
  const free = Array.from({ length: clients }, (_, c) => c);
  const open = new Map<number, Open>();
  const state = new State(kind, keys);
  const ops: Op[] = [];
  let position = 0;
  while (ops.length < count || open.size > 0) {
    if (free.length > 0 && ops.length < count && (open.size === 0 || draw.chance(400))) {
      const process = free.splice(draw.below(free.length), 1)[0] as number;
      const input = [0, 1].map((): Micro => {
        const key = state.first + draw.below(keys);
        return draw.chance(500) ? [state.write, key, draw.below(values)] : ['r', key, null];
      });
      open.set(process, { id: ops.length, micros: input, isDone: false });
      const times = { call: position, ret: never, callUs: position, retUs: Infinity };
      const id = ops.length;
      ops.push({ id, process, f: 'txn', key: '', input, output: null, ...times });
      position += 1;
      continue;
    }
    const [process, txn] = draw.pick([...open]);
    if (!txn.isDone) {
      txn.micros = state.run(txn.micros);
      txn.isDone = true;
      continue;
    }
    open.delete(process);
    free.push(process);
    const op = ops[txn.id] as Op;
    ops[txn.id] = { ...op, output: txn.micros, ret: position, retUs: position };
    position += 1;
  }
  return ops;
}

class State {
  /** The lowest key in use. */
  first = 0;
  readonly write: string;
  private readonly isList: boolean;
  private readonly keys: number;
  private readonly values = new Map<number, Json[]>();

  constructor(kind: TxnKind, keys: number) {
    this.isList = kind === 'list-append';
    this.write = this.isList ? 'append' : 'w';
    this.keys = keys;
  }

  run(micros: readonly Micro[]): readonly Micro[] {
    return micros.map(([f, key, v]): Micro => {
      const now = this.values.get(key) ?? [];
      if (f === 'r') return ['r', key, this.isList ? [...now] : (now[0] ?? null)];
      if (this.isList) now.push(v);
      else now[0] = v;
      this.values.set(key, now);
      const isFull = this.isList && now.length >= appendsMax && key < this.first + this.keys;
      if (isFull) this.first += 1;
      return [f, key, v];
    });
  }
}
