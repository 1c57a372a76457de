/** The columns that transactions lie in, against maps, arrays and sorts. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Names } from '../../harness/checkers/formats/names.ts';
import { PointHeap } from '../../harness/checkers/transactions/search/point-heap.ts';
import { Lists } from '../../harness/checkers/transactions/table/lists.ts';
import { PairIndex } from '../../harness/checkers/transactions/table/pair-index.ts';
import { Values } from '../../harness/checkers/transactions/table/values.ts';
import { Prng } from '../../harness/core/prng.ts';

describe('columns of transactions', () => {
  it('find pairs as a map does', () => {
    const draw = new Prng(1);
    const index = new PairIndex();
    const map = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const [a, b] = [draw.below(100) - 50, draw.below(400) - 200];
      const known = map.get(`${a},${b}`) ?? -1;
      assert.equal(index.get(a, b), known);
      if (draw.chance(500)) continue;
      assert.equal(index.add(a, b, i), known === -1 ? i : known);
      if (known === -1) map.set(`${a},${b}`, i);
    }
  });

  it('keep lists as arrays do', () => {
    const draw = new Prng(2);
    const lists = new Lists();
    const values = new Values();
    const all: { node: number; key: number; list: number[] }[] = [];
    for (let i = 0; i < 300; i++) {
      const key = draw.below(3);
      const list = Array.from({ length: draw.below(6) }, () => draw.below(3));
      let node = lists.empty(key);
      for (const element of list) node = lists.with(node, element);
      all.push({ node, key, list });
    }
    for (const { node, key, list } of all) {
      assert.deepEqual(lists.elements(node, values), list);
      for (const other of all) {
        const isPrefix = key === other.key && list.every((v, i) => other.list[i] === v);
        assert.equal(lists.isPrefix(node, other.node), isPrefix);
      }
    }
  });

  it('give equal values equal codes, and the value back', () => {
    const values = new Values();
    const all = [
      0,
      7,
      2 ** 31 - 1,
      2 ** 31,
      -1,
      1.5,
      '7',
      '',
      'null',
      null,
      true,
      [7],
      ['7'],
      { a: 1 },
    ];
    const codes = all.map((v) => values.code(v));
    assert.equal(new Set(codes).size, all.length);
    assert.deepEqual(
      codes.map((c) => values.value(c)),
      all,
    );
    assert.deepEqual(
      all.map((v) => values.code(structuredClone(v))),
      codes,
    );
    assert.deepEqual(codes.slice(0, 3), all.slice(0, 3));
  });

  it('number names in the order of their first mention', () => {
    const names = new Names(['type', 'value']);
    const encoder = new TextEncoder();
    const many = Array.from({ length: 2_000 }, (_, i) => `key-${i % 1_000}`);
    const known = new Map([
      ['type', 0],
      ['value', 1],
    ]);
    for (const text of ['value', 'type', ...many]) {
      const id = known.get(text) ?? known.size;
      known.set(text, id);
      const bytes = encoder.encode(`"${text}"`);
      assert.equal(names.id(bytes, 1, bytes.length - 1), id);
      assert.equal(names.text(id), text);
    }
  });

  it('take the least first, equals by number', () => {
    const draw = new Prng(3);
    const rank = Array.from({ length: 500 }, () => draw.below(20));
    const heap = new PointHeap((point) => rank[point] ?? 0);
    const inside: number[] = [];
    for (let i = 0; i < 5_000; i++) {
      if (draw.chance(550)) {
        const point = draw.below(500);
        heap.push(point);
        inside.push(point);
        continue;
      }
      inside.sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || a - b);
      assert.equal(heap.pop(), inside.shift());
    }
  });
});
