/** Small histories of transactions in few letters. */
import { never, type Op } from '../../harness/checkers/operations.ts';
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnKind, TxnTable } from '../../harness/checkers/transactions/table/table.ts';
import { txn } from './transaction-twin.ts';
import type { Micro } from './visibility-twin.ts';

/**
 * `lists together: ax1 | ry12 ax2`: appends 1 to x; reads [1, 2] from y and appends 2 to x. With
 * `registers` w writes and `rx_` reads null. `together` all overlap; `in turn` one runs after another.
 * Before a transaction may stand how it ended (`fail:`, `info:`) or the number of its process.
 */
export function storyOf(line: string): TxnTable {
  const [, what, how, texts = ''] = /^(lists|registers) (together|in turn): (.*)$/.exec(line) ?? [];
  const kind: TxnKind = what === 'lists' ? 'list-append' : 'rw-register';
  const all = texts.split(' | ');
  const happened: Op[] = [];
  const failed: Op[] = [];
  all.forEach((text, i) => {
    const [, mark = '', words = ''] = /^(?:(\w+):)?(.*)$/.exec(text) ?? [];
    const process = /^\d+$/.test(mark) ? Number(mark) : i;
    const [call, end] = how === 'together' ? [i, all.length + i] : [2 * i, 2 * i + 1];
    const ret = mark === 'info' ? never : end;
    const op = txn(i, microsOf(kind, words), { call, ret, process });
    (mark === 'fail' ? failed : happened).push(op);
  });
  return tableOf(happened, failed, kind);
}

function microsOf(kind: TxnKind, words: string): Micro[] {
  return [...words.matchAll(/([arw])([a-z])(_|\d*)/g)].map(
    ([, f, key = '', digits = '']): Micro => {
      if (f === 'a') return ['append', key, Number(digits)];
      if (f === 'w') return ['w', key, Number(digits)];
      if (kind === 'list-append') return ['r', key, digits.split('').map(Number)];
      return ['r', key, digits === '_' ? null : Number(digits)];
    },
  );
}
