/** Transactions on lists as a correct database would run them. */
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

export interface TransactionShape {
  readonly count: number;
  readonly clients: number;
  /** A key is left alone after this many appends. */
  readonly appendsMax: number;
  readonly seed: number;
}

/** An event of a client, as Jepsen writes it. */
export interface TransactionEvent {
  readonly process: number;
  readonly type: 'invoke' | 'ok';
  readonly f: 'txn';
  readonly value: Json;
}

type Micro = readonly [string, number, number | null];

/** Two micro-operations each, over five keys at a time; each takes effect when it returns. */
export function* transactionEvents(shape: TransactionShape): Generator<TransactionEvent> {
  const draw = new Prng(shape.seed);
  const free = Array.from({ length: shape.clients }, (_, c) => c);
  const open: { process: number; micros: Micro[] }[] = [];
  const lists = new Map<number, number[]>();
  let [key, value, begun, done] = [5, 0, 0, 0];
  while (done < shape.count) {
    if (free.length > 0 && begun < shape.count && (open.length === 0 || draw.chance(550))) {
      const process = free.splice(draw.below(free.length), 1)[0] as number;
      const micros = [0, 1].map((): Micro => {
        const k = key - draw.below(5);
        return draw.chance(500) ? ['append', k, ++value] : ['r', k, null];
      });
      begun += 1;
      open.push({ process, micros });
      yield { process, type: 'invoke', f: 'txn', value: micros };
      continue;
    }
    const { process, micros } = open.splice(draw.below(open.length), 1)[0] as (typeof open)[0];
    free.push(process);
    done += 1;
    const read = micros.map(([f, k, v]): Json => {
      const list = lists.get(k) ?? [];
      lists.set(k, list);
      if (v === null) return ['r', k, [...list]];
      list.push(v);
      if (list.length >= shape.appendsMax) key += 1;
      return [f, k, v];
    });
    yield { process, type: 'ok', f: 'txn', value: read };
  }
}

/** The same as operations, in order of their calls. */
export function makeTransactions(shape: TransactionShape): Op[] {
  const ops: Op[] = [];
  const open = new Map<number, number>();
  let position = 0;
  for (const { process, type, f, value } of transactionEvents(shape)) {
    const at = position++;
    if (type === 'invoke') {
      open.set(process, ops.length);
      const times = { call: at, ret: never, callUs: at, retUs: Infinity };
      ops.push({ id: ops.length, process, f, key: '', input: value, output: null, ...times });
    } else {
      const id = open.get(process) ?? 0;
      ops[id] = { ...(ops[id] as Op), output: value, ret: at, retUs: at };
    }
  }
  return ops;
}
