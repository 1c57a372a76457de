/** Transactions on lists as a correct database would run them. */
import type { Op } from '../../harness/checkers/operations.ts';
import { never } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

export interface TransactionShape {
  readonly count: number;
  readonly clients: number;
  /** A key is left alone after this many appends. */
  readonly appendsMax: number;
  readonly seed: number;
}

/** Two micro-operations each, over five keys at a time; each takes effect when it returns. */
export function makeTransactions(shape: TransactionShape): Op[] {
  const draw = new Prng(shape.seed);
  const free = Array.from({ length: shape.clients }, (_, c) => c);
  const open: Op[] = [];
  const done: Op[] = [];
  const lists = new Map<number, number[]>();
  let [position, key, value] = [0, 5, 0];
  while (done.length < shape.count) {
    const id = done.length + open.length;
    if (free.length > 0 && id < shape.count && (open.length === 0 || draw.chance(550))) {
      const process = free.splice(draw.below(free.length), 1)[0] as number;
      const input = [0, 1].map((): Json => {
        const k = key - draw.below(5);
        return draw.chance(500) ? ['append', k, ++value] : ['r', k, null];
      });
      const call = position++;
      const times = { call, ret: never, callUs: call, retUs: Infinity };
      open.push({ id, process, f: 'txn', key: '', input, output: null, ...times });
      continue;
    }
    const op = open.splice(draw.below(open.length), 1)[0] as Op;
    free.push(op.process);
    const output = (op.input as [string, number, number | null][]).map(([f, k, v]): Json => {
      const list = lists.get(k) ?? [];
      lists.set(k, list);
      if (v === null) return ['r', k, [...list]];
      list.push(v);
      if (list.length >= shape.appendsMax) key += 1;
      return [f, k, v];
    });
    const ret = position++;
    done.push({ ...op, output, ret, retUs: ret });
  }
  return done.sort((a, b) => a.call - b.call);
}
