/** What is checked of keys, and of transactions on several. */
import { isOk, told } from './bench.ts';
import { check, type Check } from './check.ts';

export const keys: readonly Check[] = [
  check('reads nothing, writes, and reads that', ['read', 'write'], async (_, a, b) => {
    const none = await a.ask('read', 'k');
    if (!isOk(none) || none.value !== null) return `read of nothing: ${told(none)}`;
    const written = await a.ask('write', 'k', { x: ['ö', 1] });
    if (!isOk(written)) return `write: ${told(written)}`;
    const read = await b.ask('read', 'k');
    const isSame = isOk(read) && JSON.stringify(read.value) === '{"x":["ö",1]}';
    return isSame ? null : `read of another client: ${told(read)}`;
  }),
  check(
    'compares before it sets, and is sure that it did not',
    ['cas', 'read'],
    async (_, a, b) => {
      const created = await a.ask('cas', 'k', [null, 1]);
      if (!isOk(created)) return `cas from nothing: ${told(created)}`;
      const refused = await b.ask('cas', 'k', [7, 2]);
      if (refused?.type !== 'fail') return `cas from what it is not: ${told(refused)}`;
      const again = await b.ask('cas', 'k', [null, 2]);
      if (again?.type !== 'fail') return `cas from nothing where something is: ${told(again)}`;
      const set = await b.ask('cas', 'k', [1, 2]);
      const read = await a.ask('read', 'k');
      return isOk(set) && isOk(read) && read.value === 2 ? null : `${told(set)}, ${told(read)}`;
    },
  ),
  check('deletes, and finds nothing then', ['delete', 'write', 'read'], async (_, a, b) => {
    await a.ask('write', 'k', 1);
    const gone = await b.ask('delete', 'k');
    const read = await a.ask('read', 'k');
    return isOk(gone) && isOk(read) && read.value === null ? null : `${told(gone)}, ${told(read)}`;
  }),
];

export const transactions: readonly Check[] = [
  check('reads what a transaction itself and others have written', ['txn'], async (_, a, b) => {
    const first = [
      ['r', 'x', null],
      ['w', 'x', 1],
      ['w', 'y', 2],
      ['r', 'x', null],
    ];
    const done = await a.ask('txn', 't', first);
    const wanted = '[["r","x",null],["w","x",1],["w","y",2],["r","x",1]]';
    if (!isOk(done) || JSON.stringify(done.value) !== wanted) return told(done);
    const seen = await b.ask('txn', 't', [
      ['r', 'y', null],
      ['r', 'x', null],
    ]);
    const isSame = isOk(seen) && JSON.stringify(seen.value) === '[["r","y",2],["r","x",1]]';
    return isSame ? null : told(seen);
  }),
  check('appends to lists, and reads them in their order', ['txn-append'], async (_, a, b) => {
    const first = await a.ask('txn-append', 'l', [
      ['append', 'x', 1],
      ['append', 'x', 2],
      ['r', 'x', null],
    ]);
    const wanted = '[["append","x",1],["append","x",2],["r","x",[1,2]]]';
    if (!isOk(first) || JSON.stringify(first.value) !== wanted) return told(first);
    const last = await b.ask('txn-append', 'l', [
      ['append', 'x', 3],
      ['r', 'x', null],
    ]);
    const isSame =
      isOk(last) && JSON.stringify(last.value) === '[["append","x",3],["r","x",[1,2,3]]]';
    return isSame ? null : told(last);
  }),
];
