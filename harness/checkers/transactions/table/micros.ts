/** Micro-operations as Jepsen writes them, [["r", key, value], ["append", key, value]], as numbers. */
import type { Json } from '../../../core/host.ts';
import { noList } from './lists.ts';
import type { TxnTable } from './table.ts';

/**
 * Three numbers each, as `TxnTable.close` takes them; or, as a text, what is wrong with `value`. Reads
 * count only `areReadsKnown`. `part` comes before every key, if the history is one of many objects.
 */
export function microsOf(
  table: TxnTable,
  value: Json,
  part: Json,
  areReadsKnown: boolean,
): number[] | string {
  const write = table.kind === 'list-append' ? 'append' : 'w';
  const wanted = `wanted a list of ["r", key, value] and ["${write}", key, value]`;
  if (!Array.isArray(value)) return `the transaction is ${short(value)}, ${wanted}`;
  const micros: number[] = [];
  for (const m of value as readonly Json[]) {
    const [f, name = null, v = null] = Array.isArray(m) ? (m as readonly Json[]) : [];
    if (f !== 'r' && f !== write) return `a part of the transaction is ${short(m)}, ${wanted}`;
    const key = table.keyId(table.values.code(part === '' ? name : [part, name]));
    if (f === write) micros.push(1, key, table.values.code(v));
    else {
      const read = areReadsKnown ? readOf(table, key, v) : unknownRead(table);
      if (read === null) return `a read is ${short(m)}, wanted a list or null for what it read`;
      micros.push(0, key, read);
    }
  }
  return micros;
}

/** What stands for the result of a read that is not known. */
export function unknownRead(table: TxnTable): number {
  return table.kind === 'list-append' ? noList : table.values.code(null);
}

/** Null: it is not what such a read can give. */
function readOf(table: TxnTable, key: number, value: Json): number | null {
  if (table.kind === 'rw-register') return table.values.code(value);
  let list = table.lists.empty(key);
  if (value === null) return list;
  if (!Array.isArray(value)) return null;
  for (const element of value as readonly Json[]) {
    list = table.lists.with(list, table.values.code(element));
  }
  return list;
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
